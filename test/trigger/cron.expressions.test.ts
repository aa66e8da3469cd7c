import { describe, expect, it } from 'vitest';
import { CronExpression } from '../../lib/trigger/cron.expressions.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';

/** From Thursday 2026-01-01 00:00 on, that midnight included. */
function runs(count: number, expression: string): Date[] {
  const trigger = cronTrigger(expression, { timeZone: 'UTC' });
  const due: Date[] = [];
  for (let at = Date.UTC(2026, 0, 1) - 1; due.length < count; due.push(new Date(at))) at = trigger.next(at)!;
  return due;
}

const hoursAndMinutes = (date: Date) => date.toISOString().slice(11, 16);
const names = Object.keys(CronExpression) as (keyof typeof CronExpression)[];
const UNIT_MS = { SECOND: 1000, MINUTE: 60_000, HOUR: 3_600_000 };

/** `1`, `09_30`, `12` with `AM` or `PM`, as a 24-hour clock shows it. */
function clock(time: string, half: string): string {
  const [hour, minute = '00'] = time.split('_');
  return `${String((Number(hour) % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0')}:${minute}`;
}

describe('CronExpression', () => {
  it('has the names that users of @nestjs/schedule know', () => {
    expect(names).toHaveLength(83);
    expect(names).toMatchSnapshot();
  });

  it('is frozen', () => {
    expect(Object.isFrozen(CronExpression)).toBe(true);
  });

  it.each(names)('%s can be read', name => {
    expect(() => cronTrigger(CronExpression[name])).not.toThrow();
  });

  it.each(names.filter(name => /^EVERY_(\d+_)?(SECOND|MINUTE|HOUR)S?$/.test(name)))('%s means it', name => {
    const [, count = '1', unit] = /^EVERY_(?:(\d+)_)?(SECOND|MINUTE|HOUR)/.exec(name)!;
    const distance = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    const [first, second, third] = runs(3, CronExpression[name]);

    expect(hoursAndMinutes(first!)).toBe('00:00');
    expect(+second! - +first!).toBe(distance);
    expect(+third! - +second!).toBe(distance);
  });

  it.each(names.filter(name => name.startsWith('EVERY_DAY_AT_') && name.endsWith('M')))(
    '%s means it',
    name => {
      const [, time, half] = /_AT_(\d+)(AM|PM)$/.exec(name)!;

      expect(runs(3, CronExpression[name]).map(hoursAndMinutes)).toEqual(Array(3).fill(clock(time!, half!)));
    },
  );

  it.each(names.filter(name => name.startsWith('MONDAY_TO_FRIDAY_AT_')))('%s means it', name => {
    const [, time, half] = /_AT_([\d_]+)(AM|PM)$/.exec(name)!;
    const due = runs(10, CronExpression[name]);

    expect(due.map(hoursAndMinutes)).toEqual(Array(10).fill(clock(time!, half!)));
    expect(due.map(date => date.getUTCDay())).toEqual([4, 5, 1, 2, 3, 4, 5, 1, 2, 3]);
  });

  it.each([
    ['EVERY_DAY_AT_NOON', ['01-01T12:00', '01-02T12:00']],
    ['EVERY_DAY_AT_MIDNIGHT', ['01-01T00:00', '01-02T00:00']],
    ['EVERY_WEEK', ['01-04T00:00', '01-11T00:00']],
    ['EVERY_WEEKDAY', ['01-01T00:00', '01-02T00:00', '01-05T00:00']],
    ['EVERY_WEEKEND', ['01-03T00:00', '01-04T00:00', '01-10T00:00']],
    ['EVERY_1ST_DAY_OF_MONTH_AT_MIDNIGHT', ['01-01T00:00', '02-01T00:00']],
    ['EVERY_1ST_DAY_OF_MONTH_AT_NOON', ['01-01T12:00', '02-01T12:00']],
    ['EVERY_2ND_HOUR', ['01-01T00:00', '01-01T02:00']],
    ['EVERY_2ND_HOUR_FROM_1AM_THROUGH_11PM', ['01-01T01:00', '01-01T03:00']],
    ['EVERY_2ND_MONTH', ['01-01T00:00', '03-01T00:00']],
    ['EVERY_QUARTER', ['01-01T00:00', '04-01T00:00', '07-01T00:00', '10-01T00:00']],
    ['EVERY_6_MONTHS', ['01-01T00:00', '07-01T00:00']],
    ['EVERY_YEAR', ['01-01T00:00']],
  ] as const)('%s means it', (name, expected) => {
    const due = runs(expected.length, CronExpression[name]);

    expect(due.map(date => date.toISOString())).toEqual(expected.map(text => `2026-${text}:00.000Z`));
  });

  it.each([
    ['EVERY_30_MINUTES_BETWEEN_9AM_AND_5PM', '09:00', '17:30', 18],
    ['EVERY_30_MINUTES_BETWEEN_9AM_AND_6PM', '09:00', '18:30', 20],
    ['EVERY_30_MINUTES_BETWEEN_10AM_AND_7PM', '10:00', '19:30', 20],
  ] as const)('%s runs from %s to %s, the whole last hour, and no later', (name, first, last, count) => {
    const due = runs(count + 1, CronExpression[name]).map(date => date.toISOString().slice(8, 16));

    expect([due[0], due[count - 1], due[count]]).toEqual([`01T${first}`, `01T${last}`, `02T${first}`]);
  });
});
