import { lowestBit, nextMember, NONE } from './cron.bits.js';
import { civilDate, firstOfMonth, monthLength, weekday } from './cron.calendar.js';
import { matchingDays } from './cron.days.js';
import type { CronFields } from './cron.expression.js';

const DAY = 86_400;

/**
 * The first matching local time at or after `local`. Both count the seconds from 1970-01-01T00:00:00 on the place's
 * own clock, as if it were never changed.
 */
export function nextLocalTime(fields: CronFields, local: number): number {
  const today = Math.floor(local / DAY);
  const day = nextDay(fields, today);
  if (day > today) return day * DAY + nextTime(fields, 0);
  const time = nextTime(fields, local - today * DAY);
  return time < DAY ? today * DAY + time : nextDay(fields, today + 1) * DAY + nextTime(fields, 0);
}

/** The first matching second of a day at or after `time`; `DAY` when there is none. */
function nextTime({ hours, minutes, seconds }: CronFields, time: number): number {
  const hour = Math.floor(time / 3600);
  if (nextMember(hours, hour) === hour) {
    const minute = Math.floor(time / 60) % 60;
    if (nextMember(minutes, minute) === minute) {
      const second = nextMember(seconds, time % 60);
      if (second !== NONE) return hour * 3600 + minute * 60 + second;
    }
    const laterMinute = nextMember(minutes, minute + 1);
    if (laterMinute !== NONE) return hour * 3600 + laterMinute * 60 + nextMember(seconds, 0);
  }
  const laterHour = nextMember(hours, hour + 1);
  if (laterHour === NONE) return DAY;
  return laterHour * 3600 + nextMember(minutes, 0) * 60 + nextMember(seconds, 0);
}

/** The first matching day at or after `from`, counted from 1970-01-01. */
function nextDay({ months, days }: CronFields, from: number): number {
  let { year, month, day } = civilDate(from);
  let first = from - day + 1;
  // It ends: an expression that matches no day of the calendar is not let in.
  for (;;) {
    if (nextMember(months, month) === month) {
      const bits = matchingDays(days, monthLength(year, month), weekday(first)) & (-1 << (day - 1));
      if (bits !== 0) return first + lowestBit(bits);
    }
    month = nextMember(months, month + 1);
    if (month === NONE) [year, month] = [year + 1, nextMember(months, 0)];
    first = firstOfMonth(year, month);
    day = 1;
  }
}
