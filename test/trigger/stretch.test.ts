import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atTrigger } from '../../lib/trigger/at.trigger.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';
import { everyTrigger } from '../../lib/trigger/every.trigger.js';
import { MOST_COUNTED, stretchOf } from '../../lib/trigger/stretch.js';
import { upcoming } from '../../lib/trigger/upcoming.js';

const YEAR_MS = 365 * 86_400_000;

describe('stretchOf', () => {
  it('counts a single instant, which has none before it', () => {
    expect(stretchOf([everyTrigger('10s')], 10_000, 19_999)).toEqual({
      count: 1,
      last: 10_000,
      beforeLast: null,
    });
  });

  it('counts as one what two triggers name together', () => {
    const triggers = [everyTrigger('10s'), everyTrigger('15s')];

    expect(stretchOf(triggers, 10_000, 45_000)).toEqual({ count: 6, last: 45_000, beforeLast: 40_000 });
  });

  it('finds what counting one by one finds', () => {
    const periods = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(periods, fc.integer({ min: 0, max: 2_000 }), (everyMs, lengthMs) => {
        const triggers = everyMs.map(ms => everyTrigger(ms));
        const [from] = upcoming(triggers, 0, 1) as [number];
        const all = upcoming(triggers, 0, 10_000).filter(at => at <= from + lengthMs);

        expect(stretchOf(triggers, from, from + lengthMs)).toEqual({
          count: all.length,
          last: all.at(-1),
          beforeLast: all.at(-2) ?? null,
        });
      }),
    );
  });

  it('counts a year of seconds to its bound only, and finds the last two all the same', () => {
    const found = stretchOf([everyTrigger('1s')], 1_000, YEAR_MS + 500);

    expect(found).toEqual({ count: MOST_COUNTED, last: YEAR_MS, beforeLast: YEAR_MS - 1_000 });
  });

  it('finds the last two of a rule that pauses each night', () => {
    const workingHours = cronTrigger('* * 9-16 * * *', { timeZone: 'UTC' });
    const day = (n: number) => Date.UTC(2026, 0, n);

    const { last, beforeLast } = stretchOf([workingHours], day(1) + 9 * 3_600_000, day(30) + 7 * 3_600_000);

    const closing = day(29) + 17 * 3_600_000;
    expect([last, beforeLast]).toEqual([closing - 1_000, closing - 2_000]);
  });

  it('ends at the last instant of a rule that is over', () => {
    expect(stretchOf([atTrigger(5_000)], 5_000, YEAR_MS)).toEqual({
      count: 1,
      last: 5_000,
      beforeLast: null,
    });
  });
});
