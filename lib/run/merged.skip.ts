import type { Run } from './run.js';

/**
 * Two records of one task as one, when they are due instants that were skipped for the same reason, one after the
 * other: a task that is paused for a month is one record. `null` when they are not.
 */
export function mergedSkip(earlier: Run, later: Run): Run | null {
  const [a, b] = [earlier.outcome, later.outcome];
  if (a?.kind !== 'skipped' || b?.kind !== 'skipped') return null;
  if (a.reason !== b.reason || a.detail !== b.detail) return null;
  if (earlier.cause !== later.cause || later.cause === 'manual') return null;
  if (later.dueAt <= a.lastDueAt || earlier.taskName !== later.taskName) return null;
  const outcome = { ...a, count: a.count + b.count, lastDueAt: b.lastDueAt };
  return { ...earlier, endedAt: later.endedAt, outcome };
}

/** The last instant that a record covers, epoch ms. */
export function lastDueAtOf({ dueAt, outcome }: Run): number {
  return outcome?.kind === 'skipped' ? outcome.lastDueAt : dueAt;
}

/** Whether a record is of an instant that a trigger named, and not of a manual call. */
export function isOfInstant({ cause }: Pick<Run, 'cause'>): boolean {
  return cause === 'schedule' || cause === 'catchUp';
}
