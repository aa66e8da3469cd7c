import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../lib/time/clock.js';

/** A clock, and a hand that moves it. */
export interface ClockInHand {
  readonly clock: Clock;
  /** Lets `ms` go by, and with them every timer that is due. */
  advanceBy(ms: number): void;
  /** Sets the clock, as an administrator does; no time goes by. */
  stepTo(at: number): void;
  close?(): void;
}

const DAY_MS = 86_400_000;

/** What any clock does. `create` makes one that stands at a given instant (epoch ms). */
export function describeClock(name: string, create: (now: number) => ClockInHand): void {
  const startAt = Date.UTC(2026, 0, 1);

  describe(`${name}, as any clock`, () => {
    let hand: ClockInHand;
    let clock: Clock;

    beforeEach(() => {
      hand = create(startAt);
      clock = hand.clock;
    });

    afterEach(() => hand.close?.());

    it('tells the time in epoch ms', () => {
      const before = clock.now();

      hand.advanceBy(1_500);

      expect([before, clock.now()]).toEqual([startAt, startAt + 1_500]);
    });

    it('fires a timer after its time and not a millisecond before', () => {
      const fire = vi.fn();
      clock.after(1_000, fire);

      hand.advanceBy(999);
      const before = fire.mock.calls.length;
      hand.advanceBy(1);

      expect([before, fire.mock.calls.length]).toEqual([0, 1]);
    });

    it('fires a timer once', () => {
      const fire = vi.fn();
      clock.after(10, fire);

      hand.advanceBy(DAY_MS);

      expect(fire).toHaveBeenCalledOnce();
    });

    it('fires a timer of 0 ms soon, but not within the call that sets it', () => {
      const fire = vi.fn();
      clock.after(0, fire);

      const within = fire.mock.calls.length;
      hand.advanceBy(1);

      expect([within, fire.mock.calls.length]).toEqual([0, 1]);
    });

    it('fires timers in the order of their ends, whatever the order in which they were set', () => {
      const order: string[] = [];
      clock.after(300, () => order.push('third'));
      clock.after(100, () => order.push('first'));
      clock.after(200, () => order.push('second'));

      hand.advanceBy(1_000);

      expect(order).toEqual(['first', 'second', 'third']);
    });

    it('fires all timers of one length, in the order in which they were set', () => {
      const order: string[] = [];
      for (const name of ['a', 'b', 'c']) clock.after(100, () => order.push(name));

      hand.advanceBy(100);

      expect(order).toEqual(['a', 'b', 'c']);
    });

    it('shows a timer the instant at which its time is over', () => {
      const seen: number[] = [];
      clock.after(100, () => seen.push(clock.now()));

      hand.advanceBy(1_000);

      expect(seen).toEqual([startAt + 100]);
    });

    it('lets a timer set the next one', () => {
      const seen: number[] = [];
      const again = () => {
        seen.push(clock.now() - startAt);
        if (seen.length < 3) clock.after(100, again);
      };
      clock.after(100, again);

      hand.advanceBy(1_000);

      expect(seen).toEqual([100, 200, 300]);
    });

    it('never fires a timer that was taken back, and leaves its neighbours', () => {
      const [taken, kept] = [vi.fn(), vi.fn()];
      const takeBack = clock.after(100, taken);
      clock.after(100, kept);

      takeBack();
      hand.advanceBy(1_000);

      expect(taken).not.toHaveBeenCalled();
      expect(kept).toHaveBeenCalledOnce();
    });

    it('takes back a timer from within another one of the same length', () => {
      const taken = vi.fn();
      let takeBack: () => void = () => {};
      clock.after(100, () => takeBack());
      takeBack = clock.after(100, taken);

      hand.advanceBy(1_000);

      expect(taken).not.toHaveBeenCalled();
    });

    it('does nothing when a timer is taken back late, or twice', () => {
      const [fire, later] = [vi.fn(), vi.fn()];
      const takeBack = clock.after(100, fire);
      hand.advanceBy(100);
      clock.after(100, later);

      takeBack();
      takeBack();
      hand.advanceBy(100);

      expect(fire).toHaveBeenCalledOnce();
      expect(later).toHaveBeenCalledOnce();
    });

    it.each([24.8, 24.9, 60, 400])('waits %d days for a timer that is so long', days => {
      const fire = vi.fn();
      const delayMs = Math.round(days * DAY_MS);
      clock.after(delayMs, fire);

      hand.advanceBy(delayMs - 1);
      const before = fire.mock.calls.length;
      hand.advanceBy(1);

      expect([before, fire.mock.calls.length]).toEqual([0, 1]);
    });

    it('takes back a timer of 60 days after 30 of them', () => {
      const fire = vi.fn();
      const takeBack = clock.after(60 * DAY_MS, fire);
      hand.advanceBy(30 * DAY_MS);

      takeBack();
      hand.advanceBy(60 * DAY_MS);

      expect(fire).not.toHaveBeenCalled();
    });

    it.each([
      ['back', -3_600_000],
      ['forwards', 3_600_000],
    ])('waits as long as it was told when the wall clock is set %s meanwhile', (_, step) => {
      const fire = vi.fn();
      clock.after(1_000, fire);
      hand.advanceBy(400);
      hand.stepTo(startAt + 400 + step);

      hand.advanceBy(599);
      const before = fire.mock.calls.length;
      hand.advanceBy(1);

      expect([before, fire.mock.calls.length]).toEqual([0, 1]);
    });
  });
}
