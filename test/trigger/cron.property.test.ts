import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidCronError } from '../../lib/errors.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';
import type { Trigger } from '../../lib/trigger/trigger.js';
import { knownCron } from './cron.arbitrary.js';
import { dueInstants, faceOf, watch, type KnownCron, type Watch } from './cron.oracle.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A zone, and an instant at which its clocks are changed; the sources stand in cron.dst.test.ts. */
const CHANGES: [timeZone: string, at: string][] = [
  ['UTC', '2026-01-01T00:00:00Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Europe/Paris', '2027-03-28T01:00:00Z'],
  ['Europe/Paris', '2399-10-31T01:00:00Z'],
  ['Europe/Dublin', '1972-10-29T02:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Antarctica/Troll', '2026-03-29T01:00:00Z'],
  ['Antarctica/Troll', '2026-10-25T01:00:00Z'],
  ['Asia/Amman', '2021-03-25T22:00:00Z'],
  ['Asia/Amman', '2021-10-28T22:00:00Z'],
  ['Asia/Beirut', '2024-03-30T22:00:00Z'],
  ['Asia/Beirut', '2024-10-26T21:00:00Z'],
  ['America/Asuncion', '2023-10-01T04:00:00Z'],
  ['America/Asuncion', '2024-03-24T03:00:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['America/Recife', '2000-10-08T03:00:00Z'],
  ['America/Caracas', '2016-05-01T07:00:00Z'],
  ['Asia/Pyongyang', '2015-08-14T15:00:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ['Africa/Cairo', '2014-06-26T21:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00:00Z'],
];
const SECOND_CHANGES: [timeZone: string, at: string][] = [
  ...CHANGES.filter(([zone]) => /York|Lord|Troll|Pyongyang|Casablanca/.test(zone)),
  ['Africa/Monrovia', '1972-01-07T00:44:30Z'],
];

/** Reading the clocks costs far more than comparing: each watch is made once. */
const around = ([timeZone, at]: [string, string], { span, step }: { span: number; step: number }) =>
  watch(timeZone, { from: Date.parse(at) - span, until: Date.parse(at) + span, step });
const byMinute = CHANGES.map(change => around(change, { span: 2 * DAY, step: 60 }));
const bySecond = SECOND_CHANGES.map(change => around(change, { span: 3 * HOUR, step: 1 }));

/** The trigger, or `null` for an expression that is rightly refused: none of the days of 400 years matches. */
function triggerOf(cron: KnownCron, timeZone: string): Trigger | null {
  try {
    return cronTrigger(cron.text, { timeZone });
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidCronError);
    expect((error as Error).message).toContain('would never fire');
    expect(matchingDates(cron, { from: '2000-01-01', days: 146_097 })).toEqual([]);
    return null;
  }
}

/** The days that match, as epoch ms of their midnight in UTC. */
function matchingDates(cron: KnownCron, { from, days }: { from: string; days: number }): number[] {
  const dates = Array.from({ length: days }, (_, i) => Date.parse(from) + i * DAY);
  return dates.filter(at => cron.matchesDate(faceOf(at / 1000)));
}

/** All that a trigger names after one instant and up to another; it ends where the trigger does not go on. */
function namedBy(trigger: Trigger, { after, until }: { after: number; until: number }): number[] {
  const named: number[] = [];
  let [last, at] = [after, trigger.next(after)];
  while (at !== null && at <= until && at > last) {
    named.push(at);
    [last, at] = [at, trigger.next(at)];
  }
  return named;
}

/** Compares all that is due within a watch, and what comes next after instants between its readings. */
function agrees(cron: KnownCron, clocks: Watch, shares: readonly number[]) {
  const trigger = triggerOf(cron, clocks.timeZone);
  if (!trigger) return;
  const [after, until] = [clocks.readings[0]!.at, clocks.readings.at(-1)!.at];

  const due = dueInstants(cron, clocks);

  expect(namedBy(trigger, { after, until }), `${trigger}`).toEqual(due);
  const between = shares.map(share => after + share * (until - after));
  const later = (at: number | null) => (at === null || at > until ? 'later' : at);
  expect(between.map(at => later(trigger.next(at)))).toEqual(
    between.map(at => later(due.find(each => each > at) ?? null)),
  );
}

/** Shares of a watch: anywhere, and around the change of the clocks in its middle. */
const share = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0.48, max: 0.52, noNaN: true }),
);
const shares = fc.array(share, { minLength: 8, maxLength: 8 });
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const title = ({ readings }: Watch) => new Date(readings[readings.length >> 1]!.at).toISOString();

describe('a cron trigger names the same instants as the oracle', () => {
  it.each(byMinute.map(clocks => [clocks.timeZone, title(clocks), clocks] as const))(
    'by the minute in %s, two days around %s',
    (_zone, _at, clocks) => {
      fc.assert(
        fc.property(knownCron({ seconds: false }), shares, (cron, at) => agrees(cron, clocks, at)),
        { numRuns: 40 },
      );
    },
  );

  it.each(bySecond.map(clocks => [clocks.timeZone, title(clocks), clocks] as const))(
    'by the second in %s, three hours around %s',
    (_zone, _at, clocks) => {
      fc.assert(
        fc.property(knownCron({ seconds: true }), shares, (cron, at) => agrees(cron, clocks, at)),
        { numRuns: 25 },
      );
    },
  );

  // Until 1972 the clocks of Monrovia lay half a minute beside those that are read here.
  it('in any zone and any year from 1973 to 2400', () => {
    const minutes = fc.integer({ min: Date.UTC(1973, 0, 1) / 60_000, max: Date.UTC(2400, 0, 1) / 60_000 });
    fc.assert(
      fc.property(knownCron({ seconds: false }), zones, minutes, shares, (cron, timeZone, minute, at) => {
        const from = minute * 60_000;
        agrees(cron, watch(timeZone, { from, until: from + DAY, step: 60 }), at);
      }),
      { numRuns: 200 },
    );
  });

  it('on the days of twelve years, by way of 2100, which is no leap year', () => {
    fc.assert(
      fc.property(knownCron({ seconds: false }), cron => {
        const daily: KnownCron = { ...cron, text: cron.text.replace(/^\S+\s+\S+/, '0 0') };
        const trigger = triggerOf(daily, 'UTC');
        if (!trigger) return;

        const named = namedBy(trigger, { after: Date.UTC(2092, 0, 1) - 1, until: Date.UTC(2104, 0, 1) - 1 });

        expect(named, `${trigger}`).toEqual(matchingDates(daily, { from: '2092-01-01', days: 12 * 365 + 2 }));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a cron trigger, asked at any instant that Date knows,', () => {
  const instants = fc.oneof(
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    fc.double({ min: 0, max: Date.UTC(2400, 0, 1), noNaN: true }),
  );

  it('names a later whole second, and the same one from anywhere before it', () => {
    fc.assert(
      fc.property(
        knownCron({ seconds: true }),
        zones,
        instants,
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (cron, timeZone, after, share) => {
          const trigger = triggerOf(cron, timeZone);
          const next = trigger?.next(after) ?? null;
          if (!trigger || next === null) return;

          expect(next).toBeGreaterThan(after);
          expect(next / 1000).toSatisfy(Number.isInteger);
          expect(trigger.next(Math.min(after + share * (next - after), next - 1))).toBe(next);
          expect(trigger.next(next - 1)).toBe(next);
        },
      ),
      { numRuns: 300 },
    );
  });
});
