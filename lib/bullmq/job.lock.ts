import type { IQueueBackend } from 'bullmq';
import type { Clock } from '../time/clock.js';
import type { RunJob } from './run.job.js';
import { isLost } from './server.errors.js';

export interface JobLockHost {
  readonly clock: Clock;
  readonly backend: IQueueBackend;
  /** Hears of what does not work. */
  readonly failed: (error: unknown) => void;
}

/** A job, and what its lock is known by. */
export interface LockedJob {
  readonly job: RunJob;
  readonly token: string;
}

export interface PutBack extends LockedJob {
  /** When it may be taken again, epoch ms. */
  readonly at: number;
  /** What stands in its record then, in one step with it: see `stackWith`. */
  readonly stacktrace?: string;
  /** Whether this process has lost it meanwhile. */
  readonly isLost: () => boolean;
}

const REPEAT_MS = 1_000;

/** Whether a job is still this process's, as the server says, which then keeps its lock for `lockMs` from now. */
export async function holds({ job, token }: LockedJob, lockMs: number, host: JobLockHost): Promise<boolean> {
  try {
    return (await host.backend.extendLock(job.id!, token, lockMs)) === 1;
  } catch (error) {
    if (!isLost(error)) host.failed(error);
    return false;
  }
}

/**
 * Gives a job back, again and again until the server says so, or that it is another process's.
 *
 * @returns whether it was this process's until then, as far as it knows.
 */
export async function putBack(order: PutBack, { clock, backend, failed }: JobLockHost): Promise<boolean> {
  const { job, token, at, stacktrace } = order;
  const fields = stacktrace === undefined ? {} : { fieldsToUpdate: { stacktrace } };
  for (;;) {
    const now = clock.now();
    try {
      const options = { skipAttempt: true, ...fields };
      await backend.moveToDelayed(job.id!, now, Math.max(at - now, 0), token, options);
      return true;
    } catch (error) {
      if (isLost(error) || order.isLost()) return false;
      if (backend.closing !== undefined) return true;
      failed(error);
      await new Promise<void>(resolve => void clock.after(REPEAT_MS, resolve));
    }
  }
}
