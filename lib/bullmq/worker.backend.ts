import type { IQueueBackend } from 'bullmq';
import { isLost, isTransient } from './server.errors.js';

/** Hears what becomes of the job that a worker has taken; the token tells one taking from another. */
export interface TakenJobs {
  /** What stands in the record beside the failure, in one step with it: see `stackWith`. */
  stackOf(jobId: string, token: string): string | undefined;
  recorded(jobId: string, token: string): void;
  /** Another process has it, or has ended it. */
  lost(jobId: string, token: string): void;
  /** Whether the record has the end that this process gave it. */
  isRecorded(jobId: string, token: string): Promise<boolean>;
}

type Moved = Awaited<ReturnType<IQueueBackend['moveToCompleted']>>;

/**
 * BullMQ's backend with two cures. A call that ends a job and fails because of the connection is repeated: BullMQ would
 * else record a success as a failure. And what became of each call is told, for only what is recorded is reported.
 */
export function tellingBackend<B extends IQueueBackend>(backend: B, taken: TakenJobs): B {
  const { moveToCompleted, moveToFailed } = backend;
  /** By job and token: calls whose answers were lost. */
  const unanswered = new Set<string>();
  const tell = async (jobId: string, token: string, call: () => Promise<Moved>): Promise<Moved> => {
    const key = `${jobId} ${token}`;
    try {
      const moved = await call();
      unanswered.delete(key);
      taken.recorded(jobId, token);
      return moved;
    } catch (error) {
      if (isTransient(error)) {
        unanswered.add(key);
        throw repeated(error);
      }
      if (!isLost(error)) throw error;
      // It may be the call before that has moved it.
      const wasRecorded = unanswered.delete(key) && (await isRecorded(taken, jobId, token));
      if (wasRecorded) {
        taken.recorded(jobId, token);
        return { result: undefined, finishedOn: Date.now() };
      }
      taken.lost(jobId, token);
      throw error;
    }
  };
  backend.moveToCompleted = (job, value, keep, token, fetchNext) =>
    tell(job.id!, token, () => moveToCompleted.call(backend, job, value, keep, token, fetchNext));
  backend.moveToFailed = (job, reason, keep, token, fetchNext, fields) => {
    const stacktrace = taken.stackOf(job.id!, token);
    const all = stacktrace === undefined ? fields : { ...fields, stacktrace };
    return tell(job.id!, token, () => moveToFailed.call(backend, job, reason, keep, token, fetchNext, all));
  };
  return backend;
}

/** Of a server that cannot be asked, nothing is known. */
async function isRecorded(taken: TakenJobs, jobId: string, token: string): Promise<boolean> {
  try {
    return await taken.isRecorded(jobId, token);
  } catch {
    return false;
  }
}

/** BullMQ repeats what failed with this code. */
function repeated(error: unknown): unknown {
  return Object.assign(error as Error, { code: 'ECONNREFUSED' });
}
