import type { RunMark } from '../../api.views.js';
import { kindOf, type MarkKind } from '../outcome.words.js';
import { linear } from './scale.js';

/** What a lane shows: from when to when, and how wide it is in pixels. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly now: number;
}

/** Runs of one kind that lie too close to tell apart, or one alone. */
export interface Streak {
  readonly kind: MarkKind;
  readonly x0: number;
  readonly x1: number;
  /** How many instants. */
  readonly count: number;
  /** The newest of them. */
  readonly last: RunMark;
  readonly from: number;
  readonly to: number;
  /** Where runs needed more than one attempt. */
  readonly retriedAt: readonly number[];
}

/** Two marks closer than this overlap. */
const CLOSE_PX = 9;

/** What is drawn of a task's runs: what went well below, what went wrong above it. */
export function placeRuns(marks: readonly RunMark[], frame: Frame): readonly Streak[] {
  const streaks: Streak[] = [];
  const open = new Map<MarkKind, Streak>();
  const close = (streak: Streak) => streaks.push(streak);
  for (const mark of marks.toSorted((a, b) => startOf(a) - startOf(b))) {
    const placed = place(mark, frame);
    if (placed === null) continue;
    const before = open.get(placed.kind);
    if (before !== undefined && placed.x0 - before.x1 < CLOSE_PX) {
      open.set(placed.kind, joined(before, placed));
    } else {
      if (before !== undefined) close(before);
      open.set(placed.kind, placed);
    }
  }
  for (const streak of open.values()) close(streak);
  return streaks.sort((a, b) => LAYERS.indexOf(a.kind) - LAYERS.indexOf(b.kind) || a.x0 - b.x0);
}

/** The streak nearest to a place, at most `reach` pixels away; of two the one on top. */
export function streakAt(streaks: readonly Streak[], x: number, reach: number): Streak | null {
  let best: Streak | null = null;
  let bestGap = reach;
  for (const streak of streaks) {
    const gap = Math.max(streak.x0 - x, x - streak.x1, 0);
    if (gap <= bestGap) [best, bestGap] = [streak, gap];
  }
  return best;
}

const LAYERS: readonly MarkKind[] = [
  'skipped',
  'success',
  'waiting',
  'running',
  'cancelled',
  'abandoned',
  'timeout',
  'failure',
];

const startOf = ({ startedAt, dueAt }: RunMark) => startedAt ?? dueAt;

function endOf(mark: RunMark, now: number): number {
  if (mark.outcome === 'skipped') return mark.lastDueAt;
  return mark.endedAt ?? (mark.startedAt === null ? mark.dueAt : Math.max(now, mark.startedAt));
}

function place(mark: RunMark, { from, to, width, now }: Frame): Streak | null {
  const start = startOf(mark);
  const end = Math.max(start, endOf(mark, now));
  if (end < from || start > to) return null;
  const x = linear([from, to], [0, width]);
  const x0 = Math.max(0, x(start));
  const x1 = Math.min(width, x(end));
  return {
    kind: kindOf(mark),
    x0,
    x1,
    count: mark.count,
    last: mark,
    from: start,
    to: end,
    retriedAt: mark.attempts > 1 ? [x1] : [],
  };
}

function joined(a: Streak, b: Streak): Streak {
  return {
    ...a,
    x1: Math.max(a.x1, b.x1),
    count: a.count + b.count,
    last: b.last,
    to: Math.max(a.to, b.to),
    retriedAt: [...a.retriedAt, ...b.retriedAt],
  };
}
