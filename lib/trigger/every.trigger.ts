import { InvalidTriggerError } from '../errors.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { LAST_INSTANT, type Trigger } from './trigger.js';

/** Where an `every` trigger stands within its period. */
export interface EveryOptions {
  /**
   * How far each instant lies after the multiples of the period counted from the epoch.
   *
   * @default 0
   * @example everyTrigger('1d', { offset: '4h' }) // daily at 04:00 UTC
   */
  readonly offset?: Duration | undefined;
}

/**
 * One instant each `period`, aligned to the epoch, so that a restart never shifts it and all processes agree:
 * `'1h'` is each full hour in UTC, `'7d'` each Thursday 00:00 UTC.
 *
 * @param period a duration above 0.
 * @throws {InvalidDurationError} for text that is no duration.
 * @throws {InvalidTriggerError} for a period of 0.
 */
export function everyTrigger(period: Duration, options: EveryOptions = {}): Trigger {
  const periodMs = parseDuration(period, 'everyTrigger');
  if (periodMs === 0) {
    throw new InvalidTriggerError({
      where: 'everyTrigger',
      expected: "a period above 0, such as '30s' or a number of ms",
      got: period,
    });
  }
  const offsetMs = parseDuration(options.offset ?? 0, 'everyTrigger: offset') % periodMs;
  const text = `every ${spell(period)}${options.offset ? ` offset ${spell(options.offset)}` : ''}`;
  return {
    next(after) {
      const from = Math.max(after, -LAST_INSTANT - 1);
      let due = (Math.floor((from - offsetMs) / periodMs) + 1) * periodMs + offsetMs;
      if (due < -LAST_INSTANT) due += periodMs;
      return due <= LAST_INSTANT ? due : null;
    },
    toString: () => text,
  };
}

function spell(duration: Duration): string {
  return typeof duration === 'number' ? `${duration}ms` : duration;
}
