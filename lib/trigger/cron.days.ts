import { DAY, readValue, refusal, WEEKDAY } from './cron.field.js';

/** The days that match, of a month with `length` days whose first day has the weekday `first` (0 = Sunday). */
export interface DayRule {
  /** Bit 0 is day 1. */
  readonly days: number;
  /** Bit 0 is Sunday. */
  readonly weekdays: number;
  /** Those that depend on the month, as `L` and `15W` do. */
  readonly floating: readonly FloatingDay[];
}

/** A day of the month; a number outside the month means that it has none. */
export type FloatingDay = (length: number, firstWeekday: number) => number;

/** A bit for each matching day, bit 0 for day 1. Days and weekdays that are both given widen each other. */
export function matchingDays(rule: DayRule, length: number, firstWeekday: number): number {
  let bits = rule.days;
  if (rule.weekdays !== 0) {
    const week = (rule.weekdays >> firstWeekday) | (rule.weekdays << (7 - firstWeekday));
    bits |= Math.imul(week & 0b111_1111, FIRST_OF_EACH_WEEK);
  }
  for (const dayIn of rule.floating) {
    const day = dayIn(length, firstWeekday);
    if (day >= 1 && day <= length) bits |= 1 << (day - 1);
  }
  return bits & (-1 >>> (32 - length));
}

/** Bits 0, 7, 14, 21 and 28. */
const FIRST_OF_EACH_WEEK = 0x1020_4081;

const LAST_DAY = /^L(?:-(\d+))?(W)?$/i;
const NEAREST_WEEKDAY = /^(\w+)W$/i;

/** Reads `L`, `L-3`, `15W`, `LW` and `L-2W`; `undefined` for anything else. */
export function readFloatingDay(text: string): FloatingDay | undefined {
  const last = LAST_DAY.exec(text);
  if (last) {
    const [, before, weekday] = last;
    const days = before === undefined ? 0 : readValue(DAY, before, text);
    if (days === 31) throw refusal(DAY, text, 'L-30 is the earliest day counted from the end.');
    return weekday
      ? (length, first) => nearestWeekday(length - days, length, first)
      : length => length - days;
  }
  const nearest = NEAREST_WEEKDAY.exec(text);
  if (!nearest) return undefined;
  const day = readValue(DAY, nearest[1]!, text);
  return (length, first) => nearestWeekday(day, length, first);
}

/** The weekday (Monday to Friday) that is nearest to a day, within its month. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  if (day < 1 || day > length) return 0;
  const weekday = (firstWeekday + day - 1) % 7;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  return day;
}

const LAST_OF_WEEKDAY = /^(\w+)L$/i;
const NTH_OF_WEEKDAY = /^(\w*)#(\w*)$/i;

/** Reads `5L`, the last Friday, and `MON#2`, the second Monday; `undefined` for anything else. */
export function readFloatingWeekday(text: string): FloatingDay | undefined {
  const last = LAST_OF_WEEKDAY.exec(text);
  if (last) {
    const weekday = readValue(WEEKDAY, last[1]!, text);
    return (length, first) => length - ((first + length - 1 - weekday + 7) % 7);
  }
  const nth = NTH_OF_WEEKDAY.exec(text);
  if (!nth) return undefined;
  const weekday = readValue(WEEKDAY, nth[1]!, text);
  const week = Number(nth[2]);
  if (!(week >= 1 && week <= 5)) throw refusal(WEEKDAY, text, 'After # stands the week, within 1-5.');
  return (_, first) => 1 + ((weekday - first + 7) % 7) + (week - 1) * 7;
}
