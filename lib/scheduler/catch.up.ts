import { RUN, type MissedInstants, type Ruling, type Span } from '../engine/missed.instants.js';
import { isEnabled, isKept, type TermsHost } from '../engine/terms.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { newestOf } from '../trigger/stretch.js';
import { nextOf } from '../trigger/upcoming.js';

/** More instants of a task than these are not run one by one. */
export const MOST_CAUGHT_UP = 1_000;
/** And no more than these of all tasks together, so that a start does not take for ever. */
const MOST_OF_ALL = 10_000;

/** How many instants each of so many tasks may run one by one. */
export function shareOf(tasks: number): number {
  return Math.min(MOST_CAUGHT_UP, Math.max(Math.floor(MOST_OF_ALL / tasks), 1));
}

/** How long a task was not looked after, all in epoch ms. */
export interface Downtime {
  /** Until then every due instant was seen. */
  readonly from: number;
  readonly until: number;
  /** How many instants may run one by one, from 1. @default 1000 */
  readonly most?: number;
}

export interface CatchUpHost extends TermsHost {
  readonly missed: MissedInstants;
}

/**
 * What becomes of the instants of a task that came while no process was there: those that are too old are skipped as
 * `down`; of the others, what the task's misfire policy says.
 */
export function caughtUp(
  task: TaskDefinition,
  { from, until, most = MOST_CAUGHT_UP }: Downtime,
  host: CatchUpHost,
): readonly Ruling[] {
  const { missed } = host;
  const oldest = task.catchUpMs === null ? until : Math.max(from, until - task.catchUpMs);
  const tooOld = spanOf(task, from, oldest);
  const recent = spanOf(task, oldest, until);
  const since = `from ${new Date(from).toISOString()} to ${new Date(until).toISOString()}`;
  const down = tooOld === null ? [] : [missed.skip(task, tooOld, 'down', since)];
  return recent === null ? down : [...down, ...recentlyMissed(task, { ...recent, most }, host)];
}

/** The instants after `after` and until `until`; `null` when there are none. */
function spanOf({ triggers }: TaskDefinition, after: number, until: number): Span | null {
  const first = nextOf(triggers, after);
  return first === null || first > until ? null : { first, until };
}

interface Missed extends Span {
  readonly most: number;
}

function recentlyMissed(task: TaskDefinition, span: Missed, host: CatchUpHost): readonly Ruling[] {
  const { missed } = host;
  if (!isEnabled(task, host)) return [missed.skip(task, span, 'disabled')];
  if (task.misfire === 'skip') return [missed.skip(task, span, 'misfire')];
  return task.misfire === 'all' ? allInTurn(task, span, host) : missed.coalesce(task, span);
}

function allInTurn(
  task: TaskDefinition,
  { first, until, most }: Missed,
  host: CatchUpHost,
): readonly Ruling[] {
  const { missed } = host;
  const newest = newestOf(task.triggers, { first, until }, most);
  const older = { first, until: newest[0]! - 1 };
  const tooMany = `there are more than ${most} to catch up`;
  return [
    ...(newest[0]! > first ? [missed.skip(task, older, 'expired', tooMany)] : []),
    ...newest.map(dueAt =>
      isKept(task, dueAt, host)
        ? { dueAt, verdict: { ...RUN, isInTurn: true } }
        : missed.skip(task, { first: dueAt, until: dueAt }, 'excluded'),
    ),
  ];
}
