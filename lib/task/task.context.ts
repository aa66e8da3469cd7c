import type { Cause } from '../run/run.js';

/** Writes lines to the app's log that carry task, run and attempt. */
export interface TaskLogger {
  debug(message: string): void;
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  fatal(message: string): void;
}

/**
 * What a handler knows about the attempt that it is.
 *
 * A class rather than an interface, since an interface in a decorated signature does not compile under the
 * settings that `nest new` writes.
 */
export abstract class TaskContext<Payload = undefined> {
  /** Such as `ReportTasks.nightly`. */
  abstract readonly taskName: string;
  abstract readonly runId: string;
  abstract readonly cause: Cause;
  /** The instant that the trigger named, or that of the manual call; epoch ms. */
  abstract readonly dueAt: number;
  /** When this attempt's handler was called; epoch ms. */
  abstract readonly startedAt: number;
  /** From 1. */
  abstract readonly attempt: number;
  /** How many attempts there can be: the retries and one. */
  abstract readonly maxAttempts: number;
  /** What `trigger()` was given, as the task's schema returned it; `undefined` for a run by schedule. */
  abstract readonly payload: Payload;
  /** Aborts when the attempt times out, is cancelled, or its drain's grace is over. */
  abstract readonly signal: AbortSignal;
  abstract readonly logger: TaskLogger;
  /**
   * Says how far the handler is.
   *
   * @param fraction from 0 to 1.
   * @throws {RangeError} for anything else.
   */
  abstract readonly progress: (fraction: number, message?: string | null) => void;
}
