import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  InvalidCronError,
  InvalidDurationError,
  InvalidTimeZoneError,
  InvalidTriggerError,
} from '../../lib/errors.js';
import type { Rule } from '../../lib/trigger/rule.js';
import { LAST_INSTANT, type Trigger } from '../../lib/trigger/trigger.js';
import { TriggerPool } from '../../lib/trigger/trigger.pool.js';

const WHERE = 'ReportTasks.send: @Every';

describe('TriggerPool', () => {
  let pool: TriggerPool;
  const of = (rule: object, task = 'ReportTasks.send') => pool.of(rule as Rule, WHERE, task);

  beforeEach(() => {
    pool = new TriggerPool();
  });

  it.each<[string, Rule, number]>([
    ['every', { every: '10s' }, 10_000],
    ['every, with an offset', { every: '10s', offset: '3s' }, 3_000],
    ['cron', { cron: '0 12 * * *', timeZone: 'UTC' }, 43_200_000],
    ['cron, in a time zone', { cron: '0 12 * * *', timeZone: '+02:00' }, 36_000_000],
    ['at', { at: 5_000 }, 5_000],
    ['schedule', { schedule: { next: after => after + 7 } }, 7],
  ])('makes the trigger of a rule: %s', (_, rule, due) => {
    expect(of(rule).next(0)).toBe(due);
  });

  it.each<[string, Rule]>([
    ['every', { every: '10s' }],
    ['cron', { cron: '0 0 * * *', timeZone: 'UTC' }],
    ['schedule', { schedule: { next: () => null } }],
  ])('shares one trigger among equal rules of different tasks: %s', (_, rule) => {
    expect(of({ ...rule }, 'A.a')).toBe(of({ ...rule }, 'B.b'));
  });

  it.each<[string, Rule, Rule]>([
    ['periods', { every: '10s' }, { every: '11s' }],
    ['offsets', { every: '10s' }, { every: '10s', offset: '1s' }],
    ['expressions', { cron: '0 0 * * *' }, { cron: '0 1 * * *' }],
    ['time zones', { cron: '0 0 * * *', timeZone: 'UTC' }, { cron: '0 0 * * *', timeZone: 'Europe/Paris' }],
    ['instants', { at: 1_000 }, { at: 1_001 }],
    ['objects', { schedule: { next: () => null } }, { schedule: { next: () => null } }],
  ])('keeps different %s apart', (_, one, other) => {
    expect(of(one)).not.toBe(of(other));
  });

  it('tells a Date from another one of the same second, and knows the same one again', () => {
    const [one, same, other] = [500, 500, 501].map(ms => of({ at: new Date(ms) }));

    expect([one!.next(0), other!.next(0)]).toEqual([500, 501]);
    expect(same).toBe(one);
  });

  it('forgets a trigger that nobody holds any more, so that instants that come and go do not add up', async () => {
    const held = new WeakRef(of({ at: 1_000 }));

    // The collector may leave an object for a later pass.
    for (let pass = 0; pass < 50 && held.deref() !== undefined; pass++) await collectGarbage();

    expect(held.deref()).toBeUndefined();
  });

  it('keeps the trigger that took the place of a forgotten one', async () => {
    of({ at: 1_000 });
    await collectGarbage();
    const anew = of({ at: 1_000 });

    // Node tells of what was collected some turns later.
    for (let turn = 0; turn < 5; turn++) await setImmediate();

    expect(of({ at: 1_000 })).toBe(anew);
  });

  it('spreads H by the task, so that two tasks with one expression do not share an instant', () => {
    const rule = { cron: 'H H * * *', timeZone: 'UTC' };

    const [one, other] = [of(rule, 'ReportTasks.send'), of(rule, 'ReportTasks.nightly')];

    expect(one.next(0)).not.toBe(other.next(0));
    expect(of(rule, 'ReportTasks.send').next(0)).toBe(one.next(0));
  });

  it.each<[string, object, abstract new (...args: never[]) => ConfigurationError, string]>([
    ['a duration', { every: '10x' }, InvalidDurationError, WHERE],
    ['a period of 0', { every: 0 }, InvalidTriggerError, WHERE],
    ['an offset', { every: '10s', offset: '4x' }, InvalidDurationError, `${WHERE}: offset`],
    ['an expression', { cron: '* * *' }, InvalidCronError, WHERE],
    ['a time zone', { cron: '0 0 * * *', timeZone: 'Mars/X' }, InvalidTimeZoneError, `${WHERE}: timeZone`],
    ['an instant', { at: 'tomorrow' }, InvalidTriggerError, WHERE],
    ['a trigger that is none', { schedule: {} }, InvalidTriggerError, WHERE],
    ['a trigger that is null', { schedule: null }, InvalidTriggerError, WHERE],
    ['a trigger that is a number', { schedule: 5 }, InvalidTriggerError, WHERE],
    ['a period that is a bigint', { every: 10n }, InvalidDurationError, WHERE],
  ])('refuses %s at the place where the user wrote it', (_, rule, ErrorClass, where) => {
    expect(() => of(rule)).toThrow(ErrorClass);
    expect(() => of(rule)).toThrow(expect.objectContaining({ where }) as Error);
  });

  it.each([
    ['every', { every: undefined }, 'a duration'],
    ['cron', { cron: undefined }, '5 fields'],
    ['schedule', { schedule: undefined }, 'a trigger'],
  ])('says of %s: undefined what that rule expects, not what an instant is', (_, rule, expected) => {
    expect(() => of(rule)).toThrow(
      expect.objectContaining({
        expected: expect.stringContaining(expected) as string,
        got: undefined,
      }) as Error,
    );
  });

  it.each([[NaN], [Infinity], [-Infinity]])(
    'refuses the offset %o even when the rule without an offset is there already',
    offset => {
      of({ every: '10s' });

      expect(() => of({ every: '10s', offset })).toThrow(InvalidDurationError);
    },
  );

  describe("with a trigger of the user's own", () => {
    const schedule = (next: (after: number) => unknown, toString = () => 'full moon') =>
      of({ schedule: { next, toString } });

    it('passes the question and the answer on', () => {
      const asked: number[] = [];
      const trigger = schedule(after => {
        asked.push(after);
        return after + 1;
      });

      expect([trigger.next(-5), trigger.next(5)]).toEqual([-4, 6]);
      expect(asked).toEqual([-5, 5]);
    });

    it('passes null on: it never fires again', () => {
      expect(schedule(() => null).next(0)).toBeNull();
    });

    it('calls next as a method of the trigger', () => {
      class Lunar implements Trigger {
        readonly #due = 99;
        next = undefined as unknown as Trigger['next'];
        static make(): Lunar {
          const lunar = new Lunar();
          lunar.next = function (this: Lunar) {
            return this.#due;
          };
          return lunar;
        }
      }

      expect(of({ schedule: Lunar.make() }).next(0)).toBe(99);
    });

    it.each([
      ['the instant it was asked for', 1_000],
      ['an earlier instant', 999],
      ['NaN', NaN],
      ['Infinity', Infinity],
      ['undefined', undefined],
      ['a Date', new Date(2_000)],
      ['text', '2000'],
      ['an instant after the last one of Date, which no log could print', LAST_INSTANT + 1],
    ])('refuses an answer that would stop the timeline: %s', (_, answer) => {
      const trigger = schedule(() => answer);

      expect(() => trigger.next(1_000)).toThrow(InvalidTriggerError);
      expect(() => trigger.next(1_000)).toThrow(
        expect.objectContaining({ where: 'full moon', got: answer }) as Error,
      );
    });

    it('says what it had asked', () => {
      expect(() => schedule(() => 5).next(1_000)).toThrow(
        'full moon expects next(1000) to answer a later instant in epoch ms, or null, got 5.',
      );
    });

    it('lets through what the trigger throws', () => {
      const failure = new RangeError('no moon');
      const trigger = schedule(() => {
        throw failure;
      });

      expect(() => trigger.next(0)).toThrow(failure);
    });

    it('lets through what its text throws', () => {
      const failure = new RangeError('no text');

      expect(() =>
        schedule(
          () => null,
          () => {
            throw failure;
          },
        ),
      ).toThrow(failure);
    });

    it('reads as the trigger does', () => {
      expect(String(schedule(() => null))).toBe('full moon');
    });

    it.each<[string, object]>([
      ['an object literal', { next: () => null }],
      ['an object without a prototype', Object.assign(Object.create(null) as object, { next: () => null })],
    ])('reads as a trigger of its own when it has no text: %s', (_, trigger) => {
      expect(String(of({ schedule: trigger }))).toBe('a trigger of its own');
    });
  });
});

/** A job of its own, since a WeakRef holds what was read of it until the current job has ended. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await setImmediate();
  (runInNewContext('gc') as () => void)();
}
