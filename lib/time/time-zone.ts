import { suggestion } from '../error.text.js';
import { InvalidTimeZoneError } from '../errors.js';

/** A stretch of time with one offset. All of it in whole seconds, for old offsets are no whole minutes. */
export interface OffsetSpan {
  /** Epoch seconds, inclusive. */
  readonly from: number;
  /** Epoch seconds, exclusive. */
  readonly until: number;
  /** Local time minus UTC, in seconds. */
  readonly offset: number;
  /**
   * How far the clocks had come before `from`, in local seconds. Later than `from + offset`: they were put back, and
   * show what lies between for the second time. Earlier: they were put forward, or went on.
   */
  readonly reached: number;
}

/** What the clocks of one place show, at each instant. */
export interface TimeZone {
  /** `'Europe/Paris'`, `'+02:00'`. */
  readonly name: string;
  /** The span that holds an instant. One may end without a change; `spanAt(span.until)` goes on from there. */
  spanAt(epochSecond: number): OffsetSpan;
}

/**
 * A time zone by its name. Changes of its offset are found through `Intl`, a year at a time, and kept.
 *
 * @param name an IANA name in any case (`'Europe/Paris'`, `'UTC'`), or an offset from UTC (`'+02:00'`, `'-0330'`,
 * `'+02'`); without one, the host's zone, which the environment variable `TZ` sets.
 * @param where the place that an error names.
 * @throws {InvalidTimeZoneError} for a zone that this Node does not know.
 * @example timeZone('Europe/Paris').spanAt(1_782_864_000).offset // 7200
 */
export function timeZone(name: string = hostZoneName(), where = 'timeZone'): TimeZone {
  const key = String(name).toLowerCase();
  const zone = zones.get(key) ?? fixedZone(key) ?? intlZone(name, where);
  zones.set(key, zone);
  return zone;
}

/** At most two entries for each of Intl's zones, and one for each minute of a day. */
const zones = new Map<string, TimeZone>();

const OFFSET = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/;

/** Node's `Intl` knows offsets from version 22 on. */
function fixedZone(name: string): TimeZone | undefined {
  const [, sign, hours, minutes = '00'] = OFFSET.exec(name) ?? [];
  if (!sign) return undefined;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  const offset = sign === '+' ? seconds : 0 - seconds;
  const span = { from: -Infinity, until: Infinity, offset, reached: -Infinity };
  return { name: `${sign}${hours}:${minutes}`, spanAt: () => span };
}

function intlZone(name: string, where: string): TimeZone {
  const format = offsetFormat(name, where);
  const resolved = format.resolvedOptions().timeZone;
  const offsetAt = (epochSecond: number) => offsetIn(format.format(withinDate(epochSecond) * 1000));
  const blocks = new Map<number, readonly OffsetSpan[]>();
  let latest: OffsetSpan = { from: 0, until: 0, offset: 0, reached: 0 };
  return {
    name: resolved.toLowerCase() === String(name).toLowerCase() ? resolved : String(name),
    spanAt(epochSecond) {
      if (epochSecond >= latest.from && epochSecond < latest.until) return latest;
      const number = Math.floor(epochSecond / BLOCK);
      let spans = blocks.get(number);
      if (!spans) {
        if (blocks.size === MOST_BLOCKS) blocks.clear();
        blocks.set(number, (spans = readSpans(offsetAt, number * BLOCK)));
      }
      latest = spans.find(span => epochSecond < span.until)!;
      return latest;
    },
  };
}

/** Some 388 days, in 64 steps. */
const BLOCK = 2 ** 25;
/** 6.07 days. The nearest two changes since 1970 lie 6.96 days apart (America/Recife, October 2000). */
const STEP = 2 ** 19;
/** More than 500 years of one zone. */
const MOST_BLOCKS = 512;

/** Begins one step early: a block may begin while the clocks show an hour for the second time. */
function readSpans(offsetAt: (epochSecond: number) => number, start: number): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  const end = start + BLOCK;
  let [from, offset] = [start - STEP, offsetAt(start - STEP)];
  let reached = from + offset;
  for (let at = start; at <= end; at += STEP) {
    const changed = offsetAt(at);
    if (changed === offset) continue;
    const until = firstChange(offsetAt, at);
    spans.push({ from, until, offset, reached });
    [from, offset, reached] = [until, changed, until + offset];
  }
  spans.push({ from, until: end, offset, reached });
  return spans
    .filter(span => span.from < end && span.until > start)
    .map(span => ({ ...span, from: Math.max(span.from, start) }));
}

/** The second from which on the offset is the one of `changed`, which lies less than one step later. */
function firstChange(offsetAt: (epochSecond: number) => number, changed: number): number {
  const offset = offsetAt(changed);
  let [before, at] = [changed - STEP, changed];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (offsetAt(middle) === offset) at = middle;
    else before = middle;
  }
  return at;
}

const LAST_SECOND = 8.64e12;
const withinDate = (epochSecond: number) => Math.max(-LAST_SECOND, Math.min(epochSecond, LAST_SECOND));

const GMT = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Reads `12/31/1969, GMT-00:44:30`. */
function offsetIn(text: string): number {
  const [, sign, hours = 0, minutes = 0, seconds = 0] = GMT.exec(text)!;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? 0 - offset : offset;
}

function offsetFormat(name: string, where: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch (cause) {
    const complaint = {
      where,
      expected: "an IANA time zone such as 'Europe/Paris' or an offset such as '+02:00'",
      got: name,
      remedy: nearMatch(String(name)),
    };
    throw new InvalidTimeZoneError(complaint, { cause });
  }
}

function nearMatch(name: string): string {
  const names = Intl.supportedValuesOf('timeZone');
  const city = names.find(known => known.toLowerCase().endsWith(`/${name.toLowerCase()}`));
  const match = suggestion(city ?? name.slice(0, LONGEST_NAME), names).trim();
  return match || "Intl.supportedValuesOf('timeZone') lists them.";
}

/** A longer name resembles none, and comparing it would take long. */
const LONGEST_NAME = 32;

let host: { readonly variable: string | undefined; readonly name: string } | undefined;

/** Asking `Intl` costs more than all the rest of a trigger, and only `TZ` can change the answer. */
function hostZoneName(): string {
  const variable = process.env['TZ'];
  if (host && host.variable === variable) return host.name;
  const resolved: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  // An empty TZ is UTC and is called 'Etc/Unknown'; one that Node cannot read has no name, and is refused as such.
  const name = resolved === 'Etc/Unknown' ? 'UTC' : (resolved ?? variable ?? 'UTC');
  host = { variable, name };
  return name;
}
