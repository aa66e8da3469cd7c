import type { Outcome } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { skipOf, stateOf, type RunJob, type RunOrder } from './run.job.js';
import { lateReason } from './late.reason.js';

/** What a process does with a job that it has taken. */
export type Claim =
  /** `isDue`: nobody asked for it by hand, and it has not begun. */
  | { readonly kind: 'run'; readonly task: TaskDefinition; readonly isDue: boolean }
  /** It does not run (any more). */
  | { readonly kind: 'end'; readonly outcome: Outcome }
  /** Not here, or not yet: epoch ms. */
  | { readonly kind: 'later'; readonly at: number };

export interface ClaimHost {
  /** By the clock of this process, as BullMQ keeps its waits. Epoch ms. */
  readonly now: number;
  /** How far that is ahead of the server's clock. */
  readonly aheadMs: number;
  /** When this process began to take runs, epoch ms. */
  readonly startedAt: number;
  readonly keepForMs: number;
  readonly find: (taskName: string) => TaskDefinition | undefined;
  /** Whether a handler of this run still works here: for an earlier claim, which was lost. */
  readonly isBusy: (runId: string) => boolean;
  /** Why nothing of a task starts that is due, in words; `null` when it may. */
  readonly pausedBy: (task: TaskDefinition) => string | null;
}

/** A task that is not known here may be known to another process, of a newer or an older version. */
const ELSEWHERE_MS = 1_000;
/** Timers may be early by a little. */
const EARLY_MS = 5;

export function claimOf(job: RunJob, host: ClaimHost): Claim {
  const { now, aheadMs, startedAt, keepForMs, find, isBusy, pausedBy } = host;
  const serverNow = now - aheadMs;
  const { data } = job;
  const { dueAt, cause, skip, cancelled } = data;
  if (!Number.isFinite(dueAt)) {
    throw new Error(`The job ${job.id} (${job.name}) was not submitted by nestjs-sts: it has no dueAt.`);
  }
  if (skip !== undefined) return { kind: 'end', outcome: skipOf(data, skip) };
  if (cancelled !== undefined) return cancelledClaim(job, cancelled);
  if (dueAt < serverNow - keepForMs)
    return skippedAs(data, { reason: 'expired', detail: 'it is older than what is kept' });
  const task = find(job.name);
  if (task === undefined) return { kind: 'later', at: now + ELSEWHERE_MS };
  const state = stateOf(job);
  if (state?.retryAt != null && state.retryAt > now + EARLY_MS) return { kind: 'later', at: state.retryAt };
  if (isBusy(data.id)) return { kind: 'later', at: now + ELSEWHERE_MS };
  const isTakenOver = job.stalledCounter > 0;
  if (isTakenOver && task.onCrash === 'fail') {
    return { kind: 'end', outcome: { kind: 'abandoned', reason: 'crash' } };
  }
  // It waited for somebody while nobody was there: the same rule as for an instant that nobody saw.
  const isNew = !hasBegun(job);
  const isLeft = cause === 'schedule' && isNew && state === undefined && job.timestamp < startedAt - aheadMs;
  const reason = isLeft ? lateReason(task, dueAt, serverNow) : null;
  if (reason !== null) return skippedAs(data, { reason, detail: 'it waited for a process' });
  const isDue = isNew && cause !== 'manual';
  const paused = isDue ? pausedBy(task) : null;
  return paused === null
    ? { kind: 'run', task, isDue }
    : skippedAs(data, { reason: 'paused', detail: paused });
}

/** One that waits for its turn has not begun, and has a state. */
function hasBegun(job: RunJob): boolean {
  return job.stalledCounter > 0 || (stateOf(job)?.startedAt ?? null) !== null;
}

function cancelledClaim(job: RunJob, reason: string): Claim {
  const { isSuperseded } = job.data;
  if (isSuperseded && !hasBegun(job)) return skippedAs(job.data, { reason: 'superseded', detail: null });
  return { kind: 'end', outcome: { kind: 'cancelled', reason } };
}

/** What becomes of a run that does not start. */
export function skippedAs(data: RunOrder, skip: NonNullable<RunOrder['skip']>): Claim {
  return { kind: 'end', outcome: skipOf(data, skip) };
}
