import type { MessagePort } from 'node:worker_threads';
import type { Cause } from '../run/run.js';
import type { LogLevel } from '../run/run.log.js';
import type { TaskLogger } from '../task/task.context.js';
import { loggerThat, refuseNoFraction } from '../task/task.logger.js';

/** What the function of a `WorkerTask` is called with, in its thread: a copy of what the `TaskContext` says. */
export interface WorkerJob<Payload = undefined> {
  readonly taskName: string;
  readonly runId: string;
  readonly cause: Cause;
  /** Epoch ms. */
  readonly dueAt: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** From 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** As a structured clone. */
  readonly payload: Payload;
  /** Leads to the run: `jobTools()` writes to it. */
  readonly port: MessagePort;
}

/** What a function in a thread tells its run. */
export interface JobTools {
  /** Writes lines to the run's log. */
  readonly logger: TaskLogger;
  /**
   * Says how far it is.
   *
   * @param fraction from 0 to 1.
   * @throws {RangeError} for anything else.
   */
  readonly progress: (fraction: number, message?: string | null) => void;
}

/** What goes through the port. */
export type JobMessage =
  | { readonly kind: 'line'; readonly level: LogLevel; readonly message: string }
  | { readonly kind: 'progress'; readonly fraction: number; readonly message: string | null };

/**
 * The logger and the progress of the run that a job belongs to.
 *
 * @example
 * ```ts
 * export default function crunch(job: WorkerJob<{ rows: number[] }>) {
 *   const { logger, progress } = jobTools(job);
 *   logger.log(`${job.payload.rows.length} rows`);
 * }
 * ```
 */
export function jobTools({ port, taskName }: WorkerJob<unknown>): JobTools {
  const post = (message: JobMessage) => port.postMessage(message);
  return {
    logger: loggerThat((level, text) => post({ kind: 'line', level, message: String(text) })),
    progress(fraction, message = null) {
      refuseNoFraction(fraction, taskName);
      post({ kind: 'progress', fraction, message });
    },
  };
}
