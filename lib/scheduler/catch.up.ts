import type { Submission, Verdict } from '../engine/engine.js';
import type { SkipReason } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { alternating } from '../trigger/alternating.js';
import { lastOf, stretchOf } from '../trigger/stretch.js';
import { nextOf } from '../trigger/upcoming.js';

/** More instants than these are not run one by one. */
export const MOST_CAUGHT_UP = 1_000;

/** How long a task was not looked after, all in epoch ms. */
export interface Downtime {
  /** The latest due instant that has a record. */
  readonly from: number;
  readonly until: number;
}

/**
 * What follows from the instants of a task that came while no process was there: those that are too old are skipped as
 * `down`; of the others, what the task's misfire policy says.
 */
export function caughtUp(
  task: TaskDefinition,
  { from, until }: Downtime,
  { isEnabled, isKept }: Say = ALL,
): readonly Submission[] {
  const oldest = Math.max(from, until - (task.catchUpMs ?? 0));
  const tooOld = span(task, from, task.catchUpMs === null ? until : oldest);
  const down = tooOld && skip(task, tooOld, 'down', `from ${iso(from)} to ${iso(until)}`);
  const rest = task.catchUpMs === null ? null : span(task, oldest, until);
  if (rest !== null && !isEnabled) return [...(down ? [down] : []), skip(task, rest, 'disabled', null)];
  return [...(down ? [down] : []), ...(rest ? missed(task, rest, isKept) : [])];
}

/** What a task's functions say about it. */
export interface Say {
  readonly isEnabled: boolean;
  /** Whether an instant (epoch ms) is not excluded. */
  readonly isKept: (at: number) => boolean;
}

const ALL: Say = { isEnabled: true, isKept: () => true };

/** Some instants in a row, all in epoch ms. */
interface Span {
  readonly first: number;
  readonly until: number;
}

/** The instants after `after` and until `until`; `null` when there are none. */
function span({ triggers }: TaskDefinition, after: number, until: number): Span | null {
  const first = nextOf(triggers, after);
  return first === null || first > until ? null : { first, until };
}

function missed(task: TaskDefinition, instants: Span, isKept: Say['isKept']): readonly Submission[] {
  if (task.misfire === 'skip') return [skip(task, instants, 'misfire', null)];
  if (task.misfire === 'all') return all(task, instants, isKept);
  if (!task.terms.some(({ exclude }) => exclude !== null)) return coalesced(task, instants);
  const { rows, latest } = alternating(
    task.triggers,
    { from: instants.first, until: instants.until },
    isKept,
  );
  return rows.flatMap(row => {
    if (!row.isKept) return [skip(task, { first: row.first, until: row.last }, 'excluded', null)];
    if (row.last === latest) return coalesced(task, { first: row.first, until: row.last });
    return [skip(task, { first: row.first, until: row.last }, 'coalesced', null)];
  });
}

/** The latest runs, and the others are skipped. */
function coalesced(task: TaskDefinition, { first, until }: Span): readonly Submission[] {
  const { last, beforeLast } = stretchOf(task.triggers, first, until);
  const others = beforeLast === null ? [] : [skip(task, { first, until: beforeLast }, 'coalesced', null)];
  return [...others, submission(task, last, { kind: 'run' })];
}

function all(task: TaskDefinition, { first, until }: Span, isKept: Say['isKept']): readonly Submission[] {
  const newest = newestOf(task, first, stretchOf(task.triggers, first, until).last);
  const older = { first, until: newest[0]! - 1 };
  const skipped = skip(task, older, 'expired', `there are more than ${MOST_CAUGHT_UP} to catch up`);
  return [
    ...(newest[0]! > first ? [skipped] : []),
    ...newest.map(dueAt =>
      isKept(dueAt)
        ? submission(task, dueAt, { kind: 'run', isInTurn: true })
        : skip(task, { first: dueAt, until: dueAt }, 'excluded', null),
    ),
  ];
}

/** The latest instants of a span, the earliest of them first, no more than may be caught up. */
function newestOf({ triggers }: TaskDefinition, first: number, last: number): readonly number[] {
  const newest = [last];
  while (newest.length < MOST_CAUGHT_UP && newest.at(-1)! > first) {
    newest.push(lastOf(triggers, first, newest.at(-1)! - 1));
  }
  return newest.toReversed();
}

function skip(
  task: TaskDefinition,
  { first, until }: Span,
  reason: SkipReason,
  detail: string | null,
): Submission {
  const { count, last } = stretchOf(task.triggers, first, until);
  return submission(task, first, { kind: 'skip', reason, count, lastDueAt: last, detail });
}

function submission(task: TaskDefinition, dueAt: number, verdict: Verdict): Submission {
  return { id: `${task.name}@${dueAt}`, task, cause: 'catchUp', dueAt, payload: undefined, verdict };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
