import { describe, expect, it } from 'vitest';
import { InvalidTriggerError } from '../../lib/errors.js';
import { atTrigger, parseInstant, type Instant } from '../../lib/trigger/at.trigger.js';
import { LAST_INSTANT } from '../../lib/trigger/trigger.js';

const CHRISTMAS_EVE = Date.UTC(2026, 11, 24, 18);

describe('atTrigger', () => {
  it('names its instant before it, and null from it on', () => {
    const trigger = atTrigger(CHRISTMAS_EVE);

    const answers = [CHRISTMAS_EVE - 1, CHRISTMAS_EVE, CHRISTMAS_EVE + 1].map(after => trigger.next(after));

    expect(answers).toEqual([CHRISTMAS_EVE, null, null]);
  });

  it('accepts an instant that is over, since time passing is no mistake', () => {
    const trigger = atTrigger('1999-12-31T23:59:59Z');

    expect(trigger.next(CHRISTMAS_EVE)).toBeNull();
  });

  it('keeps its instant when the Date that it was given changes', () => {
    const date = new Date(CHRISTMAS_EVE);
    const trigger = atTrigger(date);

    date.setUTCFullYear(2030);

    expect(trigger.next(0)).toBe(CHRISTMAS_EVE);
  });

  it('reads as text in UTC', () => {
    expect(String(atTrigger('2026-12-24T19:00:00+01:00'))).toBe('at 2026-12-24T18:00:00.000Z');
  });

  it.each([
    ['a number of seconds', 1_798_131_600, ' (in ms, got seconds?)'],
    ['a Date of seconds', new Date(1_798_131_600), ' (in ms, got seconds?)'],
    ['text of 1970, which nobody writes by mistake', '1970-01-21T19:28:51.600Z', ''],
    ['the first instants of the epoch, as tests have them', 5_000, ''],
    ['ms of 1974', 1.3e11, ''],
  ])('asks whether seconds are meant: %s', (_, instant, hint) => {
    expect(String(atTrigger(instant))).toBe(`at ${new Date(instant).toISOString()}${hint}`);
  });

  it('says where it refuses', () => {
    expect(() => atTrigger('tomorrow')).toThrow(
      "atTrigger expects an instant: a valid Date, epoch ms, or ISO 8601 text with Z or an offset such as '2026-12-24T18:00:00Z', got 'tomorrow'.",
    );
  });
});

describe('parseInstant', () => {
  it.each<[Instant, number]>([
    [CHRISTMAS_EVE, CHRISTMAS_EVE],
    [new Date(CHRISTMAS_EVE), CHRISTMAS_EVE],
    ['2026-12-24T18:00:00Z', CHRISTMAS_EVE],
    ['2026-12-24T18:00Z', CHRISTMAS_EVE],
    ['2026-12-24T18:00:00.000Z', CHRISTMAS_EVE],
    ['2026-12-24T18:00:00.5Z', CHRISTMAS_EVE + 500],
    ['2026-12-24T18:00:00.123Z', CHRISTMAS_EVE + 123],
    ['2026-12-24T19:00:00+01:00', CHRISTMAS_EVE],
    ['2026-12-24T12:30:00-05:30', CHRISTMAS_EVE],
    ['2026-12-24T24:00:00Z', Date.UTC(2026, 11, 25)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['+275760-09-13T00:00:00Z', LAST_INSTANT],
    ['-000001-01-01T00:00:00Z', -62_198_755_200_000],
    [0, 0],
    [-1, -1],
    [LAST_INSTANT, LAST_INSTANT],
    [-LAST_INSTANT, -LAST_INSTANT],
  ])('reads %o as %d', (instant, at) => {
    expect(parseInstant(instant, 'x')).toBe(at);
  });

  it.each([
    ['text without an offset, another instant on each computer', '2026-12-24T18:00:00'],
    ['a day alone', '2026-12-24'],
    ['a time alone', '18:00:00Z'],
    ['a date in English', 'Thu, 24 Dec 2026 18:00:00 GMT'],
    ['a space for the T', '2026-12-24 18:00:00Z'],
    ['epoch ms as text', '1782324000000'],
    ['a month 13', '2026-13-01T00:00:00Z'],
    ['an hour 25', '2026-12-24T25:00:00Z'],
    ['a 32nd day', '2026-12-32T00:00:00Z'],
    ['30 February, a day that there never is', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['an offset of 99 hours', '2026-12-24T18:00:00+99:00'],
    ['a 5-digit year without a sign', '12026-12-24T18:00:00Z'],
    ['a 4-digit year with one', '+2026-12-24T18:00:00Z'],
    ['white space around it', ' 2026-12-24T18:00:00Z'],
    ['a line break at its end', '2026-12-24T18:00:00Z\n'],
    ['an empty text', ''],
    ['an invalid Date', new Date(NaN)],
    ['a fraction of a ms', 0.5],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['more than Date knows', LAST_INSTANT + 1],
    ['less than Date knows', -LAST_INSTANT - 1],
    ['undefined', undefined],
    ['null', null],
    ['a bigint', 1n],
    ['an object', {}],
  ])('refuses %s', (_, instant) => {
    const parse = () => parseInstant(instant as Instant, 'ReportTasks.send: @At');

    expect(parse).toThrow(InvalidTriggerError);
    expect(parse).toThrow(expect.objectContaining({ where: 'ReportTasks.send: @At', got: instant }) as Error);
  });
});
