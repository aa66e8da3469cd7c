import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';

/** Options of `StsHealthIndicator.isHealthy()`. */
export interface StsHealthOptions {
  /** How long after it was due a run may start, or still wait, until its task is late. @default '1m' */
  readonly lateAfter?: Duration | undefined;
  /** After how many failed runs in a row a task is failing, a whole number from 1. @default 1 */
  readonly failures?: number | undefined;
  /** How long nothing that is due may come up, until the scheduler is stalled; from 1 minute. @default '2m' */
  readonly stalledAfter?: Duration | undefined;
  /**
   * The answer while the server that processes share does not work, by `engine`: it is the same in all of them, and to
   * restart one mends nothing. @default 'degraded'
   */
  readonly serverDown?: 'degraded' | 'down' | undefined;
}

export interface HealthLimits {
  readonly lateAfterMs: number;
  readonly failures: number;
  readonly stalledAfterMs: number;
  readonly serverDown: 'degraded' | 'down';
}

const WHERE = 'StsHealthIndicator.isHealthy()';
/** The scheduler's own timer may be as long. */
const LEAST_STALL_MS = 60_000;

/** @throws {ConfigurationError} that names the option. */
export function healthLimits(options: StsHealthOptions): HealthLimits {
  refuseUnknownKeys(options, ['lateAfter', 'failures', 'stalledAfter', 'serverDown'], WHERE);
  const { lateAfter = '1m', failures = 1, stalledAfter = '2m', serverDown = 'degraded' } = options;
  const isCount = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 1;
  const isAnswer = (answer: unknown) => answer === 'degraded' || answer === 'down';
  const isLongEnough = (ms: unknown) => Number(ms) >= LEAST_STALL_MS;
  return {
    lateAfterMs: parseDuration(lateAfter, `${WHERE}: lateAfter`),
    failures: validOption(failures, isCount, {
      where: `${WHERE}: failures`,
      expected: 'a whole number, 1 or more',
    }),
    stalledAfterMs: validOption(parseDuration(stalledAfter, `${WHERE}: stalledAfter`), isLongEnough, {
      where: `${WHERE}: stalledAfter`,
      expected: 'a duration from 1 minute',
    }),
    serverDown: validOption(serverDown, isAnswer, {
      where: `${WHERE}: serverDown`,
      expected: "'degraded' or 'down'",
    }),
  };
}
