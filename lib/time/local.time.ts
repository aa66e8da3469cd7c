import { timeZone, type TimeZone } from './time-zone.js';

/**
 * What a change of the clocks does to a local time: the clocks have just gone forward (a time that they left out comes
 * then), or they show it twice that day.
 */
export type ClockChange = 'clocks forward' | 'first pass' | 'second pass';

/** What the clocks of a zone say of an instant (epoch ms); `null` when nothing is unusual. */
export function clockChangeAt(zone: TimeZone, at: number): ClockChange | null {
  const second = Math.floor(at / 1_000);
  const span = zone.spanAt(second);
  const local = second + span.offset;
  if (second === span.from && span.reached < local) return 'clocks forward';
  if (local < span.reached) return 'second pass';
  if (span.until - second > LONGEST_CHANGE) return null;
  const next = zone.spanAt(span.until);
  return local >= span.until + next.offset ? 'first pass' : null;
}

/** In seconds. */
const LONGEST_CHANGE = 86_400;

/** `2026-03-29T01:00:00Z`, with milliseconds where there are any. */
export function isoOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** `2026-03-29T03:00:00+02:00[Europe/Paris]`, as RFC 9557 and Temporal write it. */
export function localIsoOf(at: number, zoneName: string): string {
  const { offset } = timeZone(zoneName).spanAt(Math.floor(at / 1_000));
  const local = isoOf(at + offset * 1_000).slice(0, -1);
  return `${local}${offsetText(offset)}[${zoneName}]`;
}

function offsetText(offset: number): string {
  const seconds = Math.abs(offset);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map(part => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hours}:${minutes}${rest === '00' ? '' : `:${rest}`}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `1h30m`, of a number of ms above 0. */
export function durationText(ms: number): string {
  let left = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text;
}
