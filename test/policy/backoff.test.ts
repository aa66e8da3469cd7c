import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay, type BackoffPolicy } from '../../lib/policy/backoff.js';

const policyOf = (fields: Partial<BackoffPolicy>): BackoffPolicy => ({
  backoff: 'exponential',
  delayMs: 1_000,
  maxDelayMs: 60_000,
  jitter: 'none',
  ...fields,
});

function expectDelays(fields: Partial<BackoffPolicy>, delays: readonly number[], random = 0): void {
  const policy = policyOf(fields);
  const waited = delays.map((_, i) => backoffDelay(policy, i + 1, new Error('failed'), () => random));

  expect(waited).toEqual(delays);
}

describe('backoffDelay', () => {
  it('waits the same each time when it is fixed', () => {
    expectDelays({ backoff: 'fixed', delayMs: 42 }, [42, 42, 42]);
  });

  it('waits twice as long each time when it is exponential, up to maxDelay', () => {
    expectDelays({}, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('waits no longer than maxDelay, also the first time', () => {
    expectDelays({ backoff: 'fixed', delayMs: 100, maxDelayMs: 30 }, [30, 30]);
    expectDelays({ maxDelayMs: 0 }, [0, 0]);
  });

  it.each([64, 1_024, 1_025, 1_100, 1e15])(
    'waits maxDelay before retry %d, however large the power',
    retry => {
      expect(backoffDelay(policyOf({}), retry, null, () => 0)).toBe(60_000);
    },
  );

  it.each([1, 1_024, 1_025, 1_100, 1e15])('waits nothing before retry %d when delay is 0', retry => {
    expect(backoffDelay(policyOf({ delayMs: 0 }), retry, null, () => 0)).toBe(0);
  });

  it('asks a function, with the retry and the error', () => {
    const asked: unknown[] = [];
    const error = new Error('busy');
    const backoff = (...question: unknown[]) => asked.push(question) * 10;

    const delays = [1, 2].map(retry => backoffDelay(policyOf({ backoff }), retry, error, () => 0));

    expect(asked).toEqual([
      [1, error],
      [2, error],
    ]);
    expect(delays).toEqual([10, 20]);
  });

  it.each([
    ['a fraction, to whole ms', 10.6, 11],
    ['0', 0, 0],
    ['more than maxDelay, to it', 1e9, 60_000],
    ['Infinity, to maxDelay', Infinity, 60_000],
    ['NaN, to delay', NaN, 1_000],
    ['a negative number, to delay', -5, 1_000],
    ['nothing, to delay', undefined as unknown as number, 1_000],
  ])('turns what a function answers into a wait: %s', (_, answer, ms) => {
    expect(backoffDelay(policyOf({ backoff: () => answer }), 1, null, () => 0)).toBe(ms);
  });

  it('lets through what a function throws', () => {
    const failure = new Error('bug');
    const backoff = () => {
      throw failure;
    };

    expect(() => backoffDelay(policyOf({ backoff }), 1, null, () => 0)).toThrow(failure);
  });

  it('spreads the wait by its jitter, below the cap what would be above it', () => {
    expectDelays({ jitter: 'full' }, [500, 1_000, 2_000], 0.5);
    expectDelays({ jitter: 'full', delayMs: 120_000 }, [30_000], 0.5);
    expectDelays({ jitter: 0.5, delayMs: 60_000 }, [45_000], 0.5);
    expectDelays({ jitter: 0.5, delayMs: 60_000 }, [30_000], 0);
  });

  it('is always a whole number of ms from 0 to maxDelay', () => {
    const policies = fc.record({
      backoff: fc.oneof(fc.constantFrom('fixed' as const, 'exponential' as const), fc.func(fc.double())),
      delayMs: fc.nat(8.64e15),
      maxDelayMs: fc.nat(8.64e15),
      jitter: fc.oneof(
        fc.constantFrom('none' as const, 'full' as const),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 2_000 }), random, (policy, retry, r) => {
        const ms = backoffDelay(policy, retry, new Error('failed'), () => r);

        expect(ms).toSatisfy(Number.isInteger);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(policy.maxDelayMs);
      }),
      { numRuns: 1_000 },
    );
  });
});
