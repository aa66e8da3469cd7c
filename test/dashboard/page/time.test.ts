import { describe, expect, it } from 'vitest';
import { clockMs, duration, relative, shortTime, withLocalTimes } from '../../../lib/dashboard/page/time.js';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [7, '7 ms'],
    [420, '420 ms'],
    [999, '999 ms'],
    [999.6, '1 s'],
    [1_240, '1.24 s'],
    [9_994, '9.99 s'],
    [12_440, '12.4 s'],
    [59_940, '59.9 s'],
    [59_990, '1 min'],
    [192_000, '3 min 12 s'],
    [3_599_900, '1 h'],
    [5_400_000, '1 h 30 min'],
    [86_399_999, '1 d'],
    [273_600_000, '3 d 4 h'],
    [-1_500, '−1.5 s'],
  ])('of %d ms reads %j', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe('a relative time', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [-999, 'now'],
    [3_000, 'in 3 s'],
    [-59_999, '59 s ago'],
    [-60_000, '1 min ago'],
    [7_200_000, 'in 2 h'],
    [47 * 3_600_000, 'in 47 h'],
    [-72 * 3_600_000, '3 d ago'],
  ])('%d ms from now reads %j', (ms, text) => {
    expect(relative(1_000_000 + ms, 1_000_000)).toBe(text);
  });
});

describe('a time of the clock', () => {
  const noon = new Date(2026, 10, 24, 12, 0, 0, 7).getTime();

  it('has the ms where lines lie close together', () => {
    expect(clockMs(noon)).toBe('12:00:00.007');
  });

  it('names the day only when it is another', () => {
    expect(shortTime(noon, noon + 3_600_000)).toBe('12:00:00');
    expect(shortTime(noon, noon + 86_400_000)).toBe('24 Nov, 12:00');
  });
});

describe('a sentence', () => {
  it('tells the times of the browser in place of those of UTC', () => {
    const at = new Date(2026, 10, 24, 12, 0, 0);

    expect(withLocalTimes(`It ran at ${at.toISOString()} as run a@1.`)).toBe(
      'It ran at 24 Nov 2026, 12:00:00 as run a@1.',
    );
  });
});
