import { InvalidTriggerError } from '../errors.js';
import { LAST_INSTANT, type Trigger } from './trigger.js';

/** One instant: a Date, an ISO 8601 text with its offset (`'2026-12-24T18:00:00Z'`), or epoch ms. */
export type Instant = Date | string | number;

const ISO_WITH_OFFSET = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * One instant, once.
 *
 * @throws {InvalidTriggerError} for what is no instant, and for text without `Z` or an offset, which would mean
 * another instant on each computer.
 */
export function atTrigger(instant: Instant): Trigger {
  const at = parseInstant(instant, 'atTrigger');
  const hint = typeof instant !== 'string' && readsAsSeconds(at) ? ' (in ms, got seconds?)' : '';
  const text = `at ${new Date(at).toISOString()}${hint}`;
  return {
    next: after => (at > after ? at : null),
    toString: () => text,
  };
}

/** Whether a number of ms, which names a day of the years 1970 to 1973, would name one after 2001 in seconds. */
function readsAsSeconds(at: number): boolean {
  return at >= 1e9 && at < 1e11;
}

/** An instant in epoch ms. */
export function parseInstant(instant: Instant, where: string): number {
  const at = toEpochMs(instant);
  if (Number.isInteger(at) && Math.abs(at) <= LAST_INSTANT) return at;
  throw new InvalidTriggerError({
    where,
    expected:
      "an instant: a valid Date, epoch ms, or ISO 8601 text with Z or an offset such as '2026-12-24T18:00:00Z'",
    got: instant,
  });
}

function toEpochMs(instant: unknown): number {
  if (instant instanceof Date) return instant.getTime();
  if (typeof instant === 'number') return instant;
  if (typeof instant !== 'string' || !ISO_WITH_OFFSET.test(instant)) return NaN;
  const [date] = instant.split('T') as [string];
  const midnight = new Date(`${date}T00:00Z`);
  // Date.parse takes 30 February for 2 March.
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
  return isDay ? Date.parse(instant) : NaN;
}
