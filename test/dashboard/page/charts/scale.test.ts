import { describe, expect, it } from 'vitest';
import { durationTicks, linear, timeTicks } from '../../../../lib/dashboard/page/charts/scale.js';

const at = (text: string) => Date.parse(`2026-01-01T${text}Z`);

describe('a scale', () => {
  it('maps one line to another, and a point to its beginning', () => {
    expect(linear([10, 20], [0, 100])(15)).toBe(50);
    expect(linear([5, 5], [7, 100])(5)).toBe(7);
  });

  it('marks round times of the local clock', () => {
    const HALF_PAST_FIVE = 5.5 * 3_600_000;

    expect(
      timeTicks(at('00:07:00'), at('01:07:00'), 6, 0).map(at => new Date(at).toISOString().slice(11, 16)),
    ).toEqual(['00:10', '00:20', '00:30', '00:40', '00:50', '01:00']);
    expect(timeTicks(at('00:00:00'), at('06:00:00'), 6, HALF_PAST_FIVE)[0]).toBe(at('00:30:00'));
  });

  it.each([
    [1, [0, 1]],
    [3.2, [0, 1, 2, 3, 4]],
    [430, [0, 200, 400, 600]],
    [95_000, [0, 30_000, 60_000, 90_000, 120_000]],
  ])('marks round durations up to %d ms', (largest, ticks) => {
    expect(durationTicks(largest)).toEqual(ticks);
  });
});
