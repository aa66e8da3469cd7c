import type { BulkJobOptions } from 'bullmq';
import type { Submission } from '../engine/engine.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { lateReason } from './late.reason.js';
import { orderOf, type RunOrder } from './run.job.js';
import type { Ranks } from './ranks.js';
import type { Wanted } from './unacknowledged.js';

/** What has waited for longer is ruled on again. */
const ON_TIME_MS = 500;

export interface WantedJob {
  readonly name: string;
  readonly data: RunOrder;
  readonly opts: BulkJobOptions;
  /** When it is submitted, epoch ms. */
  readonly timestamp: number;
}

/** What a submission is ruled on by, just before it goes to the server. */
export interface RulingHost {
  /** Epoch ms. */
  readonly now: number;
  /** Why nothing of a task starts that is due, in words; `null` when it may. */
  readonly pausedBy: (task: TaskDefinition) => string | null;
  readonly ranks: Ranks;
}

/** The job that a submission wants. */
export function jobOf({ submission, jobId, since }: Wanted, host: RulingHost): WantedJob {
  const { now, pausedBy, ranks } = host;
  const { task } = submission;
  const { name, overlap } = task;
  const order = ruledAgain(orderOf(submission), submission, { since, now });
  const data = unlessPaused(order, submission, pausedBy);
  const isExclusive = overlap === 'skip' && data.skip === undefined;
  // The slot is held from now until the run has ended, the waits for its retries included.
  const slot = isExclusive ? { deduplication: { id: name } } : {};
  const priority = ranks.of(task);
  const opts = priority === 0 ? { jobId, ...slot } : { jobId, ...slot, priority };
  return { name, data, opts, timestamp: now };
}

/** A pause is what is told of an instant that would overlap a run, too. */
function unlessPaused(
  order: RunOrder,
  { task, cause }: Submission,
  pausedBy: RulingHost['pausedBy'],
): RunOrder {
  if (order.skip !== undefined || cause === 'manual') return order;
  const detail = pausedBy(task);
  return detail === null ? order : { ...order, skip: { reason: 'paused', detail } };
}

/** What has waited for the server for too long is a misfire. */
function ruledAgain(
  order: RunOrder,
  { task, dueAt, cause }: Submission,
  { since, now }: { since: number; now: number },
): RunOrder {
  if (order.skip !== undefined || cause !== 'schedule' || now - since < ON_TIME_MS) return order;
  const reason = lateReason(task, dueAt, now);
  return reason === null ? order : { ...order, skip: { reason, detail: 'the server was away' } };
}
