import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';
import type { PingLimits } from './ping.queue.js';

/** Options of `StsHeartbeatModule.forRoot()`. */
export interface StsHeartbeatOptions {
  /** Whether anything is told at all. @default true, and false under a clock of a test */
  readonly enabled?: boolean | undefined;
  /** How long one try to tell a check may take. @default '10s' */
  readonly timeout?: Duration | undefined;
  /** How many tries may follow one that failed, after 1 s, 2 s, 4 s, …; from 0 to 10. @default 2 */
  readonly retries?: number | undefined;
  /** How many checks are told at once, a whole number from 1. @default 10 */
  readonly concurrency?: number | undefined;
  /** How long the end of the app waits at most until all have been told. @default '5s' */
  readonly shutdownTimeout?: Duration | undefined;
}

export interface HeartbeatSettings extends PingLimits {
  /** `undefined` = as the clock says. */
  readonly enabled: boolean | undefined;
  readonly shutdownTimeoutMs: number;
}

export const WHERE = 'StsHeartbeatModule.forRoot()';
const KEYS = ['enabled', 'timeout', 'retries', 'concurrency', 'shutdownTimeout'];

/** @throws {ConfigurationError} that names the option. */
export function heartbeatSettings(options: StsHeartbeatOptions): HeartbeatSettings {
  refuseUnknownKeys(options, KEYS, WHERE);
  const { enabled, timeout = '10s', retries = 2, concurrency = 10, shutdownTimeout = '5s' } = options;
  const isFlag = (value: unknown) => value === undefined || typeof value === 'boolean';
  const isWithin = (least: number, most: number) => (n: unknown) =>
    Number.isSafeInteger(n) && Number(n) >= least && Number(n) <= most;
  const timeoutMs = parseDuration(timeout, `${WHERE}: timeout`);
  return {
    enabled: validOption(enabled, isFlag, { where: `${WHERE}: enabled`, expected: 'true or false' }),
    timeoutMs: validOption(timeoutMs, ms => ms !== 0, {
      where: `${WHERE}: timeout`,
      expected: 'a duration above 0',
    }),
    retries: validOption(retries, isWithin(0, 10), {
      where: `${WHERE}: retries`,
      expected: 'a whole number from 0 to 10',
    }),
    concurrency: validOption(concurrency, isWithin(1, Infinity), {
      where: `${WHERE}: concurrency`,
      expected: 'a whole number, 1 or more',
    }),
    shutdownTimeoutMs: parseDuration(shutdownTimeout, `${WHERE}: shutdownTimeout`),
  };
}
