import { vi } from 'vitest';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { systemClock } from '../../lib/time/clock.js';
import { describeClock, type ClockInHand } from './clock.contract.js';

describeClock('the system clock that keeps the process alive', now => systemClockInHand(now, true));
describeClock('the system clock that does not', now => systemClockInHand(now, false));
describeClock('the manual clock', manualClockInHand);

function systemClockInHand(now: number, keepAlive: boolean): ClockInHand {
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  return {
    clock: systemClock({ keepAlive }),
    advanceBy: ms => void vi.advanceTimersByTime(ms),
    stepTo: at => void vi.setSystemTime(at),
    close: () => void vi.useRealTimers(),
  };
}

function manualClockInHand(now: number): ClockInHand {
  const clock = new ManualClock(now);
  return {
    clock,
    advanceBy(ms) {
      const until = clock.now() + ms;
      while (clock.advance(until));
    },
    stepTo: at => clock.set(at),
  };
}
