import { describe, expect, it } from 'vitest';
import { InvalidTriggerError } from '../../lib/errors.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

describe('ManualClock', () => {
  it('stands at the start of 2026 unless told otherwise', () => {
    expect(new ManualClock().now()).toBe(Date.UTC(2026, 0, 1));
  });

  it.each([['1970-01-01T00:00:05Z'], [new Date(5_000)], [5_000]])(
    'stands where it is told to: %o',
    instant => {
      expect(new ManualClock(instant).now()).toBe(5_000);
    },
  );

  it.each([
    ['ManualClock', () => new ManualClock('tomorrow')],
    ['ManualClock.set()', () => new ManualClock().set(NaN)],
  ])('refuses what is no instant, and names %s', (where, act) => {
    expect(act).toThrow(InvalidTriggerError);
    expect(act).toThrow(expect.objectContaining({ where }) as Error);
  });

  it('counts the timers that are set, and knows the earliest', () => {
    const clock = new ManualClock(0);
    clock.after(20, () => {});
    const takeBack = clock.after(10, () => {});
    clock.after(30, () => {});
    const before = [clock.pending, clock.nextAt];

    takeBack();

    expect([before, [clock.pending, clock.nextAt]]).toEqual([
      [3, 10],
      [2, 20],
    ]);
  });

  it('has no earliest timer while none is set', () => {
    expect(new ManualClock().nextAt).toBeNull();
  });

  it('goes to the earliest timer that is due, and fires that one alone', () => {
    const clock = new ManualClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('later'));
    clock.after(10, () => fired.push('earlier'));

    const hasFired = clock.advance(100);

    expect([hasFired, fired, clock.now()]).toEqual([true, ['earlier'], 10]);
  });

  it('fires nothing and lets the time go by when no timer is due by then', () => {
    const clock = new ManualClock(0);
    clock.after(11, () => {});

    const hasFired = clock.advance(10);

    expect([hasFired, clock.now(), clock.pending]).toEqual([false, 10, 1]);
  });

  it('never goes back', () => {
    const clock = new ManualClock(50);

    clock.advance(10);

    expect(clock.now()).toBe(50);
  });

  it('steps either way and fires nothing', () => {
    const clock = new ManualClock(100);
    let fired = 0;
    clock.after(150, () => fired++);

    clock.set(200);
    clock.set(50);

    expect([fired, clock.pending, clock.now(), clock.nextAt]).toEqual([0, 1, 50, 200]);
  });
});
