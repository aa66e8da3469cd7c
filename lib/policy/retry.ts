import { show } from '../error.text.js';
import { NonRetryableError, RunTimeoutError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { AttemptOutcome } from '../run/outcome.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { answeredAtOnce } from './answer.js';
import { backoffDelay, type Backoff, type BackoffPolicy } from './backoff.js';
import type { DelayJitter, Random } from './jitter.js';

/** How a failed or timed-out attempt is followed by others. */
export interface RetryOptions {
  /** How many attempts may follow the first, a whole number from 0. @default 0, or the environment's `RETRIES` */
  readonly retries?: number | undefined;
  /**
   * `'fixed'` waits `delay` each time, `'exponential'` delay · 2^(retry − 1), a function what it answers, in ms.
   *
   * @default 'exponential'
   */
  readonly backoff?: Backoff | undefined;
  /** The first wait. @default '1s' */
  readonly delay?: Duration | undefined;
  /** No wait is longer. @default '1m', or `delay` where that is longer */
  readonly maxDelay?: Duration | undefined;
  /** `'none'`, `'full'` = anywhere in [0, delay], or a fraction from 0 to 1 = delay · (1 ± fraction). @default 'none' */
  readonly jitter?: DelayJitter | undefined;
  /**
   * Whether another attempt makes sense after this error; a timeout comes as a `RunTimeoutError`. `attempt` is the
   * number of the attempt that failed, from 1. When it throws, there is no other attempt.
   *
   * @default () => true
   */
  readonly retryIf?: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** `RetryOptions`, resolved. */
export interface RetryPolicy extends BackoffPolicy {
  readonly retries: number;
  readonly retryIf: (error: unknown, attempt: number) => boolean;
}

export const DEFAULT_RETRY: RetryPolicy = Object.freeze({
  retries: 0,
  backoff: 'exponential',
  delayMs: 1_000,
  maxDelayMs: 60_000,
  jitter: 'none',
  retryIf: () => true,
});

/** The wait before the attempt after this one, in ms; `null` when there is none. */
export function nextDelay(policy: RetryPolicy, failed: FailedAttempt, random: Random): number | null {
  const { number, outcome, taskName } = failed;
  if (number > policy.retries) return null;
  if (outcome.kind !== 'failure' && outcome.kind !== 'timeout') return null;
  const error = outcome.kind === 'failure' ? outcome.error : new RunTimeoutError(taskName, outcome.timeoutMs);
  if (isNonRetryable(error)) return null;
  const again = answeredAtOnce(policy.retryIf(error, number), 'retryIf');
  return again ? backoffDelay(policy, number, error, random) : null;
}

function isNonRetryable(error: unknown): boolean {
  return (
    error instanceof NonRetryableError || (error instanceof Error && error.cause instanceof NonRetryableError)
  );
}

interface FailedAttempt {
  readonly taskName: string;
  /** From 1. */
  readonly number: number;
  readonly outcome: AttemptOutcome;
}

const KEYS = ['retries', 'backoff', 'delay', 'maxDelay', 'jitter', 'retryIf'];

/**
 * Reads `retry: 3` or `retry: { … }`; fields that are absent stay so.
 *
 * @throws {InvalidOptionError} for a wrong value or an unknown field.
 */
export function parseRetry(option: number | RetryOptions, where: string): Partial<RetryPolicy> {
  if (typeof option === 'number') return { retries: parseRetries(option, where) };
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  validOption(option, isObject, {
    where,
    expected: 'a number of retries, or an object that says how to retry',
  });
  refuseUnknownKeys(option, KEYS, where);
  const { retries, backoff, delay, maxDelay, jitter, retryIf } = option;
  const delayMs = delay === undefined ? undefined : parseDuration(delay, `${where}: delay`);
  const maxDelayMs = maxDelay === undefined ? undefined : parseDuration(maxDelay, `${where}: maxDelay`);
  validOption(maxDelay, () => !(delayMs! > maxDelayMs!), {
    where: `${where}: maxDelay`,
    expected: `a duration no shorter than delay, ${show(delay)}`,
  });
  return {
    retries: retries === undefined ? undefined : parseRetries(retries, `${where}: retries`),
    backoff: backoff === undefined ? undefined : parseBackoff(backoff, `${where}: backoff`),
    delayMs,
    maxDelayMs,
    jitter: jitter === undefined ? undefined : parseJitter(jitter, `${where}: jitter`),
    retryIf: retryIf === undefined ? undefined : parseRetryIf(retryIf, `${where}: retryIf`),
  };
}

function parseRetries(value: number, where: string): number {
  const isValid = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 0;
  return validOption(value, isValid, { where, expected: 'a whole number of retries, 0 or more' });
}

function parseBackoff(value: Backoff, where: string): Backoff {
  const isValid = (b: unknown) => b === 'fixed' || b === 'exponential' || typeof b === 'function';
  return validOption(value, isValid, {
    where,
    expected: "'fixed', 'exponential' or a function that answers in ms",
  });
}

function parseJitter(value: DelayJitter, where: string): DelayJitter {
  const isValid = (j: unknown) => j === 'none' || j === 'full' || (typeof j === 'number' && j >= 0 && j <= 1);
  return validOption(value, isValid, { where, expected: "'none', 'full' or a fraction from 0 to 1" });
}

function parseRetryIf(value: RetryPolicy['retryIf'], where: string): RetryPolicy['retryIf'] {
  return validOption(value, v => typeof v === 'function', { where, expected: 'a function of the error' });
}
