import type { BulkJobOptions } from 'bullmq';
import type { Submission } from '../engine/engine.js';
import { lateReason } from './late.reason.js';
import { orderOf, type RunOrder } from './run.job.js';
import type { Wanted } from './unacknowledged.js';

/** What has waited for longer is ruled on again. */
const ON_TIME_MS = 500;

export interface WantedJob {
  readonly name: string;
  readonly data: RunOrder;
  readonly opts: BulkJobOptions;
}

/** The job that a submission wants. */
export function jobOf({ submission, jobId, since }: Wanted, now: number): WantedJob {
  const { name, overlap } = submission.task;
  const data = ruledAgain(orderOf(submission), submission, { since, now });
  const isExclusive = overlap === 'skip' && data.skip === undefined;
  // The slot is held from now until the run has ended, the waits for its retries included.
  const opts = isExclusive ? { jobId, deduplication: { id: name } } : { jobId };
  return { name, data, opts };
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
