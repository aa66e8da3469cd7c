import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from '../../../lib/dashboard/page/pace.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a paced call', () => {
  it('happens at once, and once more after the gap however often it is asked for', () => {
    const act = vi.fn<() => void>();
    const { call } = paced(act, () => 2_000);

    for (let i = 0; i < 1_000; i++) {
      call();
      vi.advanceTimersByTime(1);
    }
    expect(act).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10_000);

    expect(act).toHaveBeenCalledTimes(2);
  });

  it('never happens after it was stopped', () => {
    const act = vi.fn<() => void>();
    const { call, stop } = paced(act, () => 2_000);
    call();
    call();

    stop();
    vi.advanceTimersByTime(10_000);

    expect(act).toHaveBeenCalledTimes(1);
  });
});
