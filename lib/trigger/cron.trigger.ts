import { timeZone, type TimeZone } from '../time/time-zone.js';
import { parseCron, type CronFields } from './cron.expression.js';
import { nextLocalTime } from './cron.search.js';
import { LAST_INSTANT, type Trigger } from './trigger.js';

/** Where and how a cron expression is read. */
export interface CronOptions {
  /**
   * The place whose clocks the expression means: an IANA name such as `'Europe/Paris'`, or an offset from UTC such as
   * `'+02:00'`.
   *
   * @default the host's zone
   */
  readonly timeZone?: string | undefined;
  /**
   * What `H` is spread by: the same seed gives the same values, in every process and version. A decorator fills in the
   * task's name; without a seed, `H` is refused.
   */
  readonly hashSeed?: string | undefined;
}

/**
 * The instants that a cron expression names, on the clocks of one place.
 *
 * Fields, parted by spaces or tabs: second (0-59, may be left out and is 0 then), minute (0-59), hour (0-23), day of
 * the month (1-31), month (1-12 or JAN-DEC), day of the week (0-7 or SUN-SAT; 0 and 7 are Sunday). Names may be in any
 * case. Each field holds a list of:
 *
 * - `*` or `?`: every value; `a`: one; `a-b`: a range, which may wrap (`22-2`, `SAT-TUE`);
 * - any of these and `/n`: each n-th value, from `a` alone to the field's end;
 * - `H`, `H(a-b)`, `H/n`, `H(a-b)/n`: the same, beginning at a value that follows from `hashSeed`, so that tasks do not
 *   all run at once (in the days of the month: 1-28);
 * - in the days of the month, `L`: the last one, `L-3`: three days before it, `15W`: the weekday (Monday to Friday)
 *   nearest to the 15th and within its month, `LW`, `L-2W`;
 * - in the days of the week, `5L`: the last Friday of the month, `MON#2`: the second Monday.
 *
 * A day that is restricted by both day fields (neither is `*`) matches when either of them does, as in POSIX. Instead of
 * fields there may be `@yearly @annually @monthly @weekly @daily @midnight @hourly @every_minute @every_second`.
 *
 * When clocks change: an expression whose seconds, minutes or hours hold `*`, a range or a step goes through a repeated
 * hour twice; any other one fires at its first pass only. Local times that are left out fire together, once, at the
 * first instant after the gap, unless the hours match every hour: then the cadence simply goes on.
 *
 * @param expression 5 or 6 fields, or an alias.
 * @returns a trigger whose `next` is `null` only when nothing comes within 400 years, or before the end of Date.
 * @throws {InvalidCronError} for an expression that is not as above, or can never fire (`0 0 30 2 *`).
 * @throws {InvalidTimeZoneError} for a zone that this Node does not know.
 * @example cronTrigger('0 9 * * MON-FRI', { timeZone: 'Europe/Paris' }).next(Date.now())
 */
export function cronTrigger(expression: string, options: CronOptions = {}): Trigger {
  const fields = parseCron(expression, options.hashSeed);
  const zone = timeZone(options.timeZone, 'cronTrigger: timeZone');
  return {
    next: after => nextInstant(fields, zone, after),
    toString: () => `cron ${fields.text} (${zone.name})`,
  };
}

const TWO_DAYS = 2 * 86_400;
const LONGEST_SEARCH = 400 * 365.2425 * 86_400;

/** Walks from one change of the clocks to the next, until the next local time lies before the change. */
function nextInstant(fields: CronFields, zone: TimeZone, after: number): number | null {
  if (!(after < LAST_INSTANT)) return null;
  const start = Math.floor(Math.max(after, -LAST_INSTANT - 1) / 1000);
  const limit = Math.min(start + LONGEST_SEARCH, LAST_INSTANT / 1000);
  let span = zone.spanAt(start);
  // What the clocks show for the second time is over for a fixed expression.
  const over = fields.isIntervalLike ? -Infinity : span.reached;
  let local = nextLocalTime(fields, Math.max(start + 1 + span.offset, over));
  while (local - span.offset >= span.until) {
    if (span.until > limit) return null;
    // No gap or repeated hour reaches that far: between here and there a fixed expression has nothing to look for.
    const soon = fields.isIntervalLike ? -Infinity : local - TWO_DAYS;
    span = zone.spanAt(Math.max(span.until, soon));
    const resumed = span.from + span.offset;
    const isMissing = local < resumed;
    if (isMissing && !fields.matchesEveryHour) return span.from * 1000;
    if (isMissing || fields.isIntervalLike) local = nextLocalTime(fields, resumed);
  }
  const due = local - span.offset;
  return due <= limit ? due * 1000 : null;
}
