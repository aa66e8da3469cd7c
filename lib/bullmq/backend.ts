import { createRedisBackend, ErrorCode, type BackendFactory, type RedisQueueBackend } from 'bullmq';

/** Hears what becomes of the job that a worker has taken; the token tells one taking from another. */
export interface TakenJobs {
  /** What stands in the record beside the failure, in one step with it: see `stackWith`. */
  stackOf(jobId: string, token: string): string | undefined;
  recorded(jobId: string, token: string): void;
  /** Another process has it, or has ended it. */
  lost(jobId: string, token: string): void;
}

/**
 * BullMQ's backend with two cures. A call that ends a job and fails because of the connection is repeated: BullMQ would
 * else record a success as a failure. And what became of each call is told, for only what is recorded is reported.
 */
export function workerBackend(taken: TakenJobs): BackendFactory<RedisQueueBackend> {
  return (name, options, extra) => {
    const backend = createRedisBackend(name, options, extra);
    const { moveToCompleted, moveToFailed } = backend;
    const tell = async <T>(jobId: string | undefined, token: string, call: () => Promise<T>): Promise<T> => {
      try {
        const moved = await call();
        taken.recorded(jobId!, token);
        return moved;
      } catch (error) {
        if (isLost(error)) taken.lost(jobId!, token);
        throw repeated(error);
      }
    };
    backend.moveToCompleted = (job, value, keep, token, fetchNext) =>
      tell(job.id, token, () => moveToCompleted.call(backend, job, value, keep, token, fetchNext));
    backend.moveToFailed = (job, reason, keep, token, fetchNext, fields) => {
      const stacktrace = taken.stackOf(job.id!, token);
      const all = stacktrace === undefined ? fields : { ...fields, stacktrace };
      return tell(job.id, token, () => moveToFailed.call(backend, job, reason, keep, token, fetchNext, all));
    };
    return backend;
  };
}

const LOST: readonly unknown[] = [
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
];

/** Whether an error says that the job is not this process's any more. */
export function isLost(error: unknown): boolean {
  return LOST.includes((error as { code?: unknown } | null)?.code);
}

const TRANSIENT =
  /READONLY|LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|Connection is closed|Command timed out|Stream isn't writeable|max retries per request|Socket closed|UNBLOCKED/i;

/** Whether the same call may work later. */
export function isTransient(error: unknown): boolean {
  const { message = '', code } = error as { message?: string; code?: unknown };
  return TRANSIENT.test(message) || (typeof code === 'string' && TRANSIENT.test(code));
}

/** BullMQ repeats what failed with this code. */
function repeated(error: unknown): unknown {
  if (error instanceof Error && isTransient(error)) Object.assign(error, { code: 'ECONNREFUSED' });
  return error;
}
