import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jittered, randomOf, type DelayJitter } from '../../lib/policy/jitter.js';

const ALMOST_1 = 1 - Number.EPSILON;

describe('jittered', () => {
  it.each<[DelayJitter, number, number]>([
    ['none', 0, 1_000],
    ['none', ALMOST_1, 1_000],
    ['full', 0, 0],
    ['full', 0.5, 500],
    ['full', ALMOST_1, 1_000],
    [0, 0, 1_000],
    [0, ALMOST_1, 1_000],
    [0.2, 0, 800],
    [0.2, 0.5, 1_000],
    [0.2, ALMOST_1, 1_200],
    [1, 0, 0],
    [1, ALMOST_1, 2_000],
  ])('spreads a second by %o, at the random number %d, to %d ms', (jitter, random, ms) => {
    expect(jittered(jitter, 1_000, Infinity, () => random)).toBe(ms);
  });

  it('answers in whole ms', () => {
    expect(jittered('full', 3, Infinity, () => 0.5)).toBe(2);
  });

  it.each<[DelayJitter, number, number]>([
    ['none', 0.5, 900],
    ['full', 0.5, 450],
    [0.5, 0, 450],
    [0.5, 0.5, 675],
    [0.5, ALMOST_1, 900],
  ])('spreads below a limit what would be above it: %o, at %d, to %d ms', (jitter, random, ms) => {
    expect(jittered(jitter, 1_000, 900, () => random)).toBe(ms);
  });

  it('stays within its bounds', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });

    fc.assert(
      fc.property(fraction, fc.nat(1e9), random, (f, delayMs, r) => {
        const ms = jittered(f, delayMs, Infinity, () => r);

        expect(ms).toBeGreaterThanOrEqual(Math.floor(delayMs * (1 - f)));
        expect(ms).toBeLessThanOrEqual(Math.ceil(delayMs * (1 + f)));
      }),
    );
  });
});

describe('randomOf', () => {
  it('is the same for the same text, in every process and version', () => {
    expect(randomOf('ReportTasks.send@1767225600000 1')).toBe(0.34760525077581406);
  });

  it('is from [0, 1), evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);

    for (let i = 0; i < 10_000; i++) tenths[Math.floor(randomOf(`ReportTasks.send@${i}`) * 10)]!++;

    expect(tenths.every(count => count > 850 && count < 1_150)).toBe(true);
  });
});
