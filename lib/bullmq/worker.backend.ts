import type { IQueueBackend } from 'bullmq';
import { isLost, isTransient } from './server.errors.js';

/** A job as a worker has taken it: another taking of the same job is another object. */
type TakenJob = Parameters<IQueueBackend['moveToCompleted']>[0];

/** Hears what becomes of the jobs that a worker has taken. */
export interface TakenJobs {
  /** What stands in the record beside the failure, in one step with it: see `stackWith`. */
  stackOf(job: object): string | undefined;
  recorded(job: object): void;
  /** @param from when the server was asked, as `performance.now()` counts. */
  renewed(jobIds: readonly string[], from: number): void;
  /** Another process has it, or has ended it. */
  lost(job: object): void;
  /** Whether the record has the end that this process gave it. */
  isRecorded(job: object): Promise<boolean>;
}

type Moved = Awaited<ReturnType<IQueueBackend['moveToCompleted']>>;

/**
 * BullMQ's backend with a cure. A call that ends a job and fails because of the connection is repeated: BullMQ would
 * else record a success as a failure. What became of each call is told, for only what is recorded is reported.
 */
export function tellingBackend<B extends IQueueBackend>(backend: B, taken: TakenJobs): B {
  const { moveToCompleted, moveToFailed, extendLocks } = backend;
  /** Those of calls whose answers were lost. */
  const unanswered = new WeakSet<object>();
  const tell = async (job: TakenJob, call: Promise<Moved>): Promise<Moved> => {
    try {
      const moved = await call;
      taken.recorded(job);
      return moved;
    } catch (error) {
      if (isTransient(error)) {
        unanswered.add(job);
        throw repeated(error);
      }
      if (!isLost(error)) throw error;
      // It may be the call before that has moved it.
      const wasRecorded = unanswered.has(job) && (await isRecorded(taken, job));
      if (wasRecorded) {
        taken.recorded(job);
        return { result: undefined, finishedOn: Date.now() };
      }
      taken.lost(job);
      throw error;
    }
  };
  backend.moveToCompleted = (job, value, keep, token, fetchNext) =>
    tell(job, moveToCompleted.call(backend, job, value, keep, token, fetchNext) as Promise<Moved>);
  backend.moveToFailed = (job, reason, keep, token, fetchNext, fields) => {
    const stacktrace = taken.stackOf(job);
    const all = stacktrace === undefined ? fields : { ...fields, stacktrace };
    return tell(job, moveToFailed.call(backend, job, reason, keep, token, fetchNext, all) as Promise<Moved>);
  };
  backend.extendLocks = async (jobIds, tokens, duration) => {
    const from = performance.now();
    const failed = await extendLocks.call(backend, jobIds, tokens, duration);
    taken.renewed(
      jobIds.filter(id => !failed.includes(id)),
      from,
    );
    return failed;
  };
  return backend;
}

/** Of a server that cannot be asked, nothing is known. */
async function isRecorded(taken: TakenJobs, job: object): Promise<boolean> {
  try {
    return await taken.isRecorded(job);
  } catch {
    return false;
  }
}

/** BullMQ repeats what failed with this code. */
function repeated(error: unknown): unknown {
  return Object.assign(error as Error, { code: 'ECONNREFUSED' });
}
