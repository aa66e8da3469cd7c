import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeZone as zoneOf } from '../../lib/time/time-zone.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';

/** An answer: the next instant in ISO 8601, `null`, or `refused`. */
type Answer = string | null;
type Ask = (expression: string, timeZone: string, after: number) => Answer;

const iso = (at: number | null | undefined) =>
  at == null ? null : new Date(at).toISOString().replace(':00.000Z', 'Z');

function orRefused(ask: () => Answer): Answer {
  try {
    return ask();
  } catch {
    return 'refused';
  }
}

const ours: Ask = (expression, timeZone, after) =>
  orRefused(() => iso(cronTrigger(expression, { timeZone }).next(after)));
const croner: Ask = (expression, timezone, after) =>
  orRefused(() => iso(new Cron(expression, { timezone }).nextRun(new Date(after))?.getTime()));
const cronParser: Ask = (expression, tz, after) =>
  orRefused(() => iso(CronExpressionParser.parse(expression, { tz, currentDate: after }).next().getTime()));

/** What all three can read: no wrapping ranges, no value twice, no `a/n`, no step of 1, Sunday as 0. */
function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    fc.integer({ min: 2, max: max - min + 1 }).map(step => `*/${step}`),
    { weight: 2, arbitrary: value.map(String) },
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map(values => values.join(',')),
  );
}

const seldom = (restriction: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant('*') }, { weight: 1, arbitrary: restriction });

const day = fc.oneof({ weight: 4, arbitrary: field(1, 28) }, { weight: 1, arbitrary: fc.constant('L') });
const weekday = fc.oneof(
  { weight: 4, arbitrary: field(0, 6) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }).map(value => `${value}L`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 4 }))
      .map(pair => pair.join('#')),
  },
);
const expressions = fc
  .tuple(field(0, 59), field(0, 59), field(0, 23), seldom(day), seldom(field(1, 12)), seldom(weekday))
  .map(fields => fields.join(' '));
const instants = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2036, 0, 1) / 1000 })
  .map(second => second * 1000);

/** Whether the clocks change from two days before an instant to two days after another. */
function clocksChange(timeZone: string, { from, until }: { from: number; until: number }): boolean {
  const zone = zoneOf(timeZone);
  const last = until / 1000 + 2 * 86_400;
  let span = zone.spanAt(from / 1000 - 2 * 86_400);
  while (span.until <= last) {
    const { offset } = span;
    span = zone.spanAt(span.until);
    if (span.offset !== offset) return true;
  }
  return false;
}

describe('where the clocks do not change, all agree:', () => {
  it.each([
    ['croner', croner],
    ['cron-parser', cronParser],
  ] as const)('%s', (_name, peer) => {
    const zones = fc.constantFrom(
      'UTC',
      'Asia/Kolkata',
      'America/New_York',
      'Australia/Lord_Howe',
      'Europe/Dublin',
    );
    let compared = 0;
    fc.assert(
      fc.property(expressions, zones, instants, (expression, timeZone, after) => {
        const next = ours(expression, timeZone, after);
        if (next === null || next === 'refused') return;
        if (clocksChange(timeZone, { from: after, until: Date.parse(next) })) return;
        compared++;

        expect(peer(expression, timeZone, after), `${expression} in ${timeZone} after ${iso(after)}`).toBe(
          next,
        );
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});

/** Each kind of disagreement that is known, with its reason; what is not listed here is not known. */
const DISAGREEMENTS: [
  reason: string,
  expression: string,
  timeZone: string,
  after: string,
  Answer,
  Answer,
  Answer,
][] = [
  // reason, expression, zone, after, then the answers: ours, croner's, cron-parser's
  [
    'grammar: a star stays a star with a step of 1, as in Vixie’s cron, and so only Mondays match',
    '0 0 */1 * MON',
    'UTC',
    '2026-01-01T12:00:00Z',
    '2026-01-05T00:00Z',
    '2026-01-02T00:00Z',
    '2026-01-02T00:00Z',
  ],
  [
    'grammar: cron-parser counts the week to 7, and so adds a Sunday',
    '0 0 * * 1/2',
    'UTC',
    '2026-01-03T12:00:00Z',
    '2026-01-05T00:00Z',
    'refused',
    '2026-01-04T00:00Z',
  ],
  [
    'grammar: cron-parser refuses a value that is named twice',
    '1-10,5-15 * * * *',
    'UTC',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:01Z',
    '2026-01-01T00:01Z',
    'refused',
  ],
  [
    'grammar: both refuse a range that wraps',
    '0 22-2 * * *',
    'UTC',
    '2026-01-01T03:00:00Z',
    '2026-01-01T22:00Z',
    'refused',
    'refused',
  ],
  [
    'grammar: cron-parser knows no W',
    '0 0 15W * *',
    'UTC',
    '2026-02-01T00:00:00Z',
    '2026-02-16T00:00Z',
    '2026-02-16T00:00Z',
    'refused',
  ],
  [
    'grammar: both know no L-n',
    '0 0 L-3 * *',
    'UTC',
    '2026-02-01T00:00:00Z',
    '2026-02-25T00:00Z',
    'refused',
    'refused',
  ],
  [
    'grammar: cron-parser knows no @midnight',
    '@midnight',
    'UTC',
    '2026-02-01T01:00:00Z',
    '2026-02-02T00:00Z',
    '2026-02-02T00:00Z',
    'refused',
  ],
  [
    'grammar: cron-parser fills up an expression that is too short',
    '* * *',
    'UTC',
    '2026-02-01T01:00:00Z',
    'refused',
    'refused',
    '2026-02-01T01:01Z',
  ],
  [
    'grammar: croner takes an expression that never fires',
    '0 0 30 2 *',
    'UTC',
    '2026-02-01T01:00:00Z',
    'refused',
    null,
    'refused',
  ],
  [
    'gap: cron-parser moves the missing time by the length of the gap, rather than to its end',
    '30 2 * * *',
    'America/New_York',
    '2026-03-08T06:00:00Z',
    '2026-03-08T07:00Z',
    '2026-03-08T07:00Z',
    '2026-03-08T07:30Z',
  ],
  [
    'gap: croner loses the runs of the missing hour when the minutes are stepped',
    '*/20 2 * * *',
    'America/New_York',
    '2026-03-08T06:00:00Z',
    '2026-03-08T07:00Z',
    '2026-03-09T06:00Z',
    '2026-03-08T07:00Z',
  ],
  [
    'gap: both miss the end of the gap when the hours are stepped',
    '30 */2 * * *',
    'America/New_York',
    '2026-03-08T06:00:00Z',
    '2026-03-08T07:00Z',
    '2026-03-08T08:30Z',
    '2026-03-08T07:30Z',
  ],
  [
    'gap: cron-parser loses a day in a gap of half an hour',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T12:00:00Z',
    '2026-10-03T15:30Z',
    '2026-10-03T15:30Z',
    '2026-10-04T15:15Z',
  ],
  [
    'gap: cron-parser breaks the cadence of an hourly expression at a half-hour gap',
    '*/43 * * * *',
    'Australia/Lord_Howe',
    '2026-10-03T15:29:56Z',
    '2026-10-03T15:43Z',
    '2026-10-03T15:43Z',
    '2026-10-03T16:00Z',
  ],
  [
    'gap: both lose the date that a zone skips',
    '0 12 30 12 *',
    'Pacific/Apia',
    '2011-12-01T00:00:00Z',
    '2011-12-30T10:00Z',
    '2012-12-29T22:00Z',
    '2012-12-29T22:00Z',
  ],
  [
    'repeated hour: cron-parser loses the second pass of an interval within one hour',
    '*/20 1 * * *',
    'America/New_York',
    '2026-11-01T05:40:00Z',
    '2026-11-01T06:00Z',
    '2026-11-01T06:00Z',
    '2026-11-02T06:00Z',
  ],
  [
    'repeated hour: cron-parser runs a daily expression again when it is asked between the passes',
    '30 1 * * *',
    'America/New_York',
    '2026-11-01T06:10:00Z',
    '2026-11-02T06:30Z',
    '2026-11-02T06:30Z',
    '2026-11-01T06:30Z',
  ],
  [
    'repeated hour: both run a list of hours again when they are asked between the passes',
    '30 1,3 * * *',
    'America/New_York',
    '2026-11-01T06:10:00Z',
    '2026-11-01T08:30Z',
    '2026-11-01T06:30Z',
    '2026-11-01T06:30Z',
  ],
  [
    'repeated hour: cron-parser gives up at a repeated half hour',
    '0 12 * * *',
    'Australia/Lord_Howe',
    '2026-04-04T12:00:00Z',
    '2026-04-05T01:30Z',
    '2026-04-05T01:30Z',
    'refused',
  ],
];

describe('a disagreement is known, with its reason:', () => {
  it.each(DISAGREEMENTS)(
    '%s (%s in %s)',
    (_reason, expression, timeZone, after, own, ofCroner, ofCronParser) => {
      const at = Date.parse(after);

      expect({
        ours: ours(expression, timeZone, at),
        croner: croner(expression, timeZone, at),
        cronParser: cronParser(expression, timeZone, at),
      }).toEqual({ ours: own, croner: ofCroner, cronParser: ofCronParser });
    },
  );
});
