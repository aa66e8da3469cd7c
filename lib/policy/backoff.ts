import { answeredAtOnce } from './answer.js';
import { jittered, type DelayJitter, type Random } from './jitter.js';

/** How the wait grows from retry to retry; a function of the retry (from 1) and the error answers in ms. */
export type Backoff = 'fixed' | 'exponential' | ((retry: number, error: unknown) => number);

/** All that decides how long to wait, in ms. */
export interface BackoffPolicy {
  readonly backoff: Backoff;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly jitter: DelayJitter;
}

/** How long to wait before this retry (from 1), in whole ms. */
export function backoffDelay(policy: BackoffPolicy, retry: number, error: unknown, random: Random): number {
  return jittered(policy.jitter, baseDelay(policy, retry, error), policy.maxDelayMs, random);
}

/** 0 ms times infinity would be no number. */
const LARGEST_FACTOR = 2 ** 53;

function baseDelay({ backoff, delayMs }: BackoffPolicy, retry: number, error: unknown): number {
  if (backoff === 'fixed') return delayMs;
  if (backoff === 'exponential') return delayMs * Math.min(2 ** (retry - 1), LARGEST_FACTOR);
  const ms = answeredAtOnce(backoff(retry, error), 'backoff');
  // A user's function that answers NaN or a negative number must not turn retries into a busy loop.
  return ms >= 0 ? Math.round(ms) : delayMs;
}
