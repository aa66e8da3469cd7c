import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../lib/time/clock.js';

const LONGEST_DELAY_MS = 2 ** 31 - 1;

describe('systemClock', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it.each([true, false])('keeps the process alive with a pending timer: %s', keepAlive => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');

    const takeBack = systemClock({ keepAlive }).setTimer(Date.now() + 60_000, () => {});
    const timer = setTimeout.mock.results[0]!.value as NodeJS.Timeout;
    takeBack();

    expect(timer.hasRef()).toBe(keepAlive);
  });

  it('keeps not keeping the process alive after the first 24.8 days of a long wait', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    systemClock({ keepAlive: false }).setTimer(2 * LONGEST_DELAY_MS, () => {});

    vi.advanceTimersByTime(LONGEST_DELAY_MS);

    const timers = setTimeout.mock.results.map(result => result.value as NodeJS.Timeout);
    expect(timers.map(timer => timer.hasRef())).toEqual([false, false]);
  });

  it('never asks Node for a delay that it would cut to 1 ms, nor for a negative one', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const clock = systemClock({ keepAlive: false });

    clock.setTimer(LONGEST_DELAY_MS + 1, () => {});
    clock.setTimer(8.64e15, () => {});
    clock.setTimer(-8.64e15, () => {});

    expect(setTimeout.mock.calls.map(call => call[1])).toEqual([LONGEST_DELAY_MS, LONGEST_DELAY_MS, 0]);
  });

  it('wakes once each 24.8 days of a long wait, not more often', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    systemClock({ keepAlive: false }).setTimer(3 * LONGEST_DELAY_MS, () => {});

    vi.advanceTimersByTime(3 * LONGEST_DELAY_MS);

    expect(setTimeout).toHaveBeenCalledTimes(3);
  });

  it('fires on the real clock, at its instant or little later, never before', async () => {
    const clock = systemClock({ keepAlive: true });
    const at = Date.now() + 30;

    const firedAt = await new Promise<number>(resolve => clock.setTimer(at, () => resolve(clock.now())));

    expect(firedAt).toBeGreaterThanOrEqual(at);
    expect(firedAt).toBeLessThan(at + 5_000);
  });

  it('does not fire on the real clock what was taken back', async () => {
    const fire = vi.fn();
    const takeBack = systemClock({ keepAlive: true }).setTimer(Date.now() + 10, fire);

    takeBack();
    await wait(30);

    expect(fire).not.toHaveBeenCalled();
  });
});
