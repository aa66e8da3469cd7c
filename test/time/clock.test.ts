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

    const takeBack = systemClock({ keepAlive }).after(60_000, () => {});
    const timer = setTimeout.mock.results[0]!.value as NodeJS.Timeout;
    takeBack();

    expect(timer.hasRef()).toBe(keepAlive);
  });

  it.each([true, false])('lets a timer say for itself whether it keeps the process alive: %s', keepAlive => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');

    const takeBack = systemClock({ keepAlive: !keepAlive }).after(60_000, () => {}, { keepAlive });
    const timer = setTimeout.mock.results[0]!.value as NodeJS.Timeout;
    takeBack();

    expect(timer.hasRef()).toBe(keepAlive);
  });

  it('keeps not keeping the process alive after the first 24.8 days of a long wait', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    systemClock({ keepAlive: false }).after(2 * LONGEST_DELAY_MS, () => {});

    vi.advanceTimersByTime(LONGEST_DELAY_MS);

    const timers = setTimeout.mock.results.map(result => result.value as NodeJS.Timeout);
    expect(timers.map(timer => timer.hasRef())).toEqual([false, false]);
  });

  it('never asks Node for a delay that it would cut to 1 ms, ', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const clock = systemClock({ keepAlive: false });

    clock.after(LONGEST_DELAY_MS + 1, () => {});
    clock.after(8.64e15, () => {});
    clock.after(0, () => {});

    expect(setTimeout.mock.calls.map(call => call[1])).toEqual([LONGEST_DELAY_MS, LONGEST_DELAY_MS, 0]);
  });

  it('wakes once each 24.8 days of a long wait, not more often', () => {
    vi.useFakeTimers({ now: 0 });
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    systemClock({ keepAlive: false }).after(3 * LONGEST_DELAY_MS, () => {});

    vi.advanceTimersByTime(3 * LONGEST_DELAY_MS);

    expect(setTimeout).toHaveBeenCalledTimes(3);
  });

  it('fires on the real clock when its time is over or little later, never before', async () => {
    const clock = systemClock({ keepAlive: true });
    const startedAt = performance.now();

    await new Promise<void>(resolve => clock.after(30, resolve));

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(30);
  });

  it('does not fire on the real clock what was taken back', async () => {
    const fire = vi.fn();
    const takeBack = systemClock({ keepAlive: true }).after(10, fire);

    takeBack();
    await wait(30);

    expect(fire).not.toHaveBeenCalled();
  });
});
