import type { RetryOptions } from '../policy/retry.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/** The name by which the explorer knows a `@Retry` that stands alone. */
export const RETRY = '@Retry';

/**
 * Lets a failed or timed-out attempt be followed by up to `retries` others. It stands beside a trigger.
 *
 * @param retries a whole number, 0 or more; it beats the environment's `RETRIES`, 0 too.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Cron('0 0 * * *') @Retry(3, { delay: '1s', maxDelay: '1m', jitter: 'full' })
 * async nightly() {}
 * ```
 */
export function Retry(retries: number, options?: Omit<RetryOptions, 'retries'>): TaskDecorator {
  return taskDecorator({ decorator: RETRY, options: { retry: { ...options, retries } } });
}
