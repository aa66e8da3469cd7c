import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAST_INSTANT, type Trigger } from '../../lib/trigger/trigger.js';

const FIRST_INSTANT = -LAST_INSTANT;
const instantsOfThisCentury = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
const instantsBeforeTheEpoch = fc.integer({ min: Date.UTC(1900, 0), max: 0 });
const instantsOfDate = fc.integer({ min: FIRST_INSTANT, max: LAST_INSTANT });
const instantsAtTheEnd = fc.integer({ min: LAST_INSTANT - 86_400_000, max: LAST_INSTANT });
const instants = fc.oneof(
  instantsOfThisCentury,
  instantsBeforeTheEpoch,
  instantsOfDate,
  instantsAtTheEnd,
  fc.constantFrom(FIRST_INSTANT, -1, 0, 1, LAST_INSTANT - 1, LAST_INSTANT),
);

/** What any trigger does. `create` makes equal triggers, each time a new one. */
export function describeTrigger(name: string, create: () => Trigger): void {
  describe(`${name}, as any trigger`, () => {
    it('names a whole ms strictly after the instant it is asked for, within Date, or null', () => {
      const trigger = create();

      fc.assert(
        fc.property(instants, after => {
          const due = trigger.next(after);

          if (due === null) return;
          expect(due).toBeGreaterThan(after);
          expect(due).toBeLessThanOrEqual(LAST_INSTANT);
          expect(due).toSatisfy(Number.isInteger);
        }),
      );
    });

    it('is pure: it answers the same again, whatever it was asked in between', () => {
      const trigger = create();

      fc.assert(
        fc.property(instants, instants, (after, other) => {
          const first = trigger.next(after);
          trigger.next(other);

          expect(trigger.next(after)).toBe(first);
        }),
      );
    });

    it('agrees with an equal trigger of another process', () => {
      const [here, there] = [create(), create()];

      fc.assert(
        fc.property(instants, after => {
          expect(there.next(after)).toBe(here.next(after));
        }),
      );
    });

    it('leaves no instant out: from wherever one asks before it, the next one is the same', () => {
      const trigger = create();
      const fraction = fc.double({ min: 0, max: 1, noNaN: true });

      fc.assert(
        fc.property(instants, fraction, (after, part) => {
          const due = trigger.next(after);
          if (due === null) return;

          const between = Math.min(due - 1, after + Math.floor((due - after) * part));

          expect(trigger.next(between)).toBe(due);
        }),
      );
    });

    it('never steps back when it is asked for a later instant', () => {
      const trigger = create();

      fc.assert(
        fc.property(instants, instants, (a, b) => {
          const earlier = trigger.next(Math.min(a, b)) ?? Infinity;
          const later = trigger.next(Math.max(a, b)) ?? Infinity;

          expect(earlier).toBeLessThanOrEqual(later);
        }),
      );
    });

    it('answers null from the last instant of Date on', () => {
      const trigger = create();

      expect([trigger.next(LAST_INSTANT), trigger.next(Infinity)]).toEqual([null, null]);
    });

    it('names an instant of Date, and not before its first, when asked from before it', () => {
      const trigger = create();

      for (const after of [-Infinity, -2 * LAST_INSTANT, -LAST_INSTANT - 1]) {
        const due = trigger.next(after);
        if (due !== null) expect(due).toBeGreaterThanOrEqual(-LAST_INSTANT);
      }
    });

    it('reads as one line of text, the same for equal triggers', () => {
      const text = String(create());

      expect(text).toMatch(/^\S.*\S$/);
      expect(text).not.toBe('[object Object]');
      expect(String(create())).toBe(text);
    });
  });
}
