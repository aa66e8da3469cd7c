import type { IQueueBackend, Job } from 'bullmq';
import type { RunJob, RunResult } from './run.job.js';
import { isLost, isTransient } from './server.errors.js';

/** What becomes of a job that was taken. */
export type JobEnd =
  | { readonly kind: 'completed'; readonly result: RunResult }
  /** `stack` stands in the record beside the failure, in one step with it: see `stackWith`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly stack?: string }
  /** It was put back, or is another process's. */
  | { readonly kind: 'released' };

/** Hears what becomes of the jobs that a worker has taken: only what is recorded is reported. */
export interface TakenJobs {
  recorded(job: RunJob): void;
  /** Another process has it, or has ended it. */
  lost(job: RunJob): void;
  /** Whether the record has the end that this process gave it. */
  isRecorded(job: RunJob): Promise<boolean>;
  /** @param from when the server was asked, as `performance.now()` counts. */
  renewed(jobIds: readonly string[], from: number): void;
}

export interface EndingHost {
  readonly backend: IQueueBackend;
  readonly taken: TakenJobs;
  readonly isClosing: () => boolean;
  /** Comes before the next try. */
  readonly rest: () => Promise<void>;
}

export interface Ending {
  readonly job: RunJob;
  readonly token: string;
  readonly end: Exclude<JobEnd, { kind: 'released' }>;
  readonly mayFetch: () => boolean;
}

type NextJob = Awaited<ReturnType<IQueueBackend['moveToCompleted']>>['result'];

/**
 * Records the end of a job, again and again while only the connection is in the way.
 *
 * @returns the next job as BullMQ has it, when one was wanted and there is one.
 * @throws what the server says of an end that it cannot keep.
 */
export async function recordEnd(ending: Ending, host: EndingHost): Promise<NextJob> {
  const { backend, taken, isClosing, rest } = host;
  const { job } = ending;
  // The answer of such a call was lost: it may be this one that has ended the job.
  for (let isUnanswered = false; ; isUnanswered = true) {
    try {
      const { result } = await move(backend, ending);
      taken.recorded(job);
      return result;
    } catch (error) {
      if (isTransient(error)) {
        if (isClosing()) return;
        await rest();
        continue;
      }
      if (!isLost(error)) throw error;
      if (isUnanswered && (await isRecorded(taken, job))) taken.recorded(job);
      else taken.lost(job);
      return;
    }
  }
}

function move(backend: IQueueBackend, { job: taken, token, end, mayFetch }: Ending) {
  const job = taken as Job;
  if (end.kind === 'completed') {
    return backend.moveToCompleted(job, end.result, undefined as never, token, mayFetch());
  }
  const { reason, stack } = end;
  const fields = { failedReason: reason, ...(stack === undefined ? {} : { stacktrace: stack }) };
  return backend.moveToFailed(job, reason, undefined as never, token, mayFetch(), fields);
}

/** Of a server that cannot be asked, nothing is known. */
async function isRecorded(taken: TakenJobs, job: RunJob): Promise<boolean> {
  try {
    return await taken.isRecorded(job);
  } catch {
    return false;
  }
}
