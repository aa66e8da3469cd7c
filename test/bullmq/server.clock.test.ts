import { describe, expect, it } from 'vitest';
import { ServerClock } from '../../lib/bullmq/server.clock.js';
import type { Line } from '../../lib/bullmq/server.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

/** A process that is ahead of its server by `aheadMs` and hears of it after as long as each measuring says. */
function setUp() {
  const clock = new ManualClock();
  const measured = new ServerClock(clock);
  const measure = (aheadMs: number, { goMs, comeMs }: { goMs: number; comeMs: number }) => {
    const now = async () => {
      clock.advance(clock.now() + goMs);
      const there = clock.now() - aheadMs;
      clock.advance(clock.now() + comeMs);
      return there;
    };
    return measured.measure({ now } as Line);
  };
  return { measure, measured };
}

const QUICK = { goMs: 2, comeMs: 2 };

describe('the skew of a clock', () => {
  it('is known as well as the server is quick', async () => {
    const { measure, measured } = setUp();

    expect(await measure(8_000, QUICK)).toBeCloseTo(8_000, -1);
    expect(measured.aheadMs).toBe(measured.skewMs);
    expect(await measure(-8_000, QUICK)).toBeCloseTo(-8_000, -1);
    expect(measured.aheadMs).toBe(0);
  });

  it('is nobody’s when the server is slow to hear, or to answer', async () => {
    const { measure, measured } = setUp();

    expect(await measure(0, { goMs: 4_000, comeMs: 1 })).toBe(0);
    expect(await measure(0, { goMs: 1, comeMs: 4_000 })).toBe(0);
    expect(measured.aheadMs).toBe(0);
  });

  it('is what it was before, as far as a slow answer leaves that possible', async () => {
    const { measure } = setUp();
    await measure(8_000, { goMs: 0, comeMs: 0 });

    expect(await measure(8_000, { goMs: 3_000, comeMs: 2_000 })).toBe(8_000);
    expect(await measure(2_000, { goMs: 1_000, comeMs: 1_000 })).toBe(3_000);
  });
});
