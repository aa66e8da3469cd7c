import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidDurationError, InvalidTriggerError } from '../../lib/errors.js';
import type { Duration } from '../../lib/time/duration.js';
import { everyTrigger } from '../../lib/trigger/every.trigger.js';
import { LAST_INSTANT, type Trigger } from '../../lib/trigger/trigger.js';

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
const nextAfter = (trigger: Trigger, after: string) => iso(trigger.next(Date.parse(after)));

describe('everyTrigger', () => {
  it.each<[Duration, string, string]>([
    ['10s', '2026-01-01T00:00:03Z', '2026-01-01T00:00:10.000Z'],
    ['10s', '2026-01-01T00:00:10Z', '2026-01-01T00:00:20.000Z'],
    ['10s', '2026-01-01T00:00:09.999Z', '2026-01-01T00:00:10.000Z'],
    ['1h', '2026-01-01T00:30:00Z', '2026-01-01T01:00:00.000Z'],
    ['1h30m', '2026-01-01T00:00:00Z', '2026-01-01T01:30:00.000Z'],
    ['1d', '2026-01-01T12:00:00Z', '2026-01-02T00:00:00.000Z'],
    [500, '2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.500Z'],
    [1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z'],
  ])('of %o after %s is %s', (period, after, due) => {
    expect(nextAfter(everyTrigger(period), after)).toBe(due);
  });

  it('of 7 days names Thursdays, 00:00 UTC', () => {
    const weekly = everyTrigger('7d');

    const due = new Date(weekly.next(Date.parse('2026-03-01T00:00:00Z'))!);

    expect([due.getUTCDay(), due.toISOString()]).toEqual([4, '2026-03-05T00:00:00.000Z']);
  });

  it('of 24 hours keeps its instant across restarts, at whatever time the process starts', () => {
    const starts = ['2026-01-01T00:00:01Z', '2026-01-01T09:17:23Z', '2026-01-01T23:59:59.999Z'];

    const dues = starts.map(start => nextAfter(everyTrigger('24h'), start));

    expect(dues).toEqual(starts.map(() => '2026-01-02T00:00:00.000Z'));
  });

  it('does not drift: a year of 10 seconds ends on the second', () => {
    const trigger = everyTrigger('10s');
    let at = Date.parse('2026-01-01T00:00:00Z');

    for (let i = 0; i < 365 * 8_640; i++) at = trigger.next(at)!;

    expect(iso(at)).toBe('2027-01-01T00:00:00.000Z');
  });

  it.each<[Duration, string]>([
    ['4h', '2026-01-01T04:00:00.000Z'],
    [0, '2026-01-02T00:00:00.000Z'],
    ['28h', '2026-01-01T04:00:00.000Z'],
    ['24h', '2026-01-02T00:00:00.000Z'],
    ['23h59m59s999ms', '2026-01-01T23:59:59.999Z'],
  ])('of a day with the offset %o after midnight is %s', (offset, due) => {
    expect(nextAfter(everyTrigger('1d', { offset }), '2026-01-01T00:00:00Z')).toBe(due);
  });

  it.each<[number, number]>([
    [-1, 0],
    [-10_000, 0],
    [-10_001, -10_000],
    [-15_000, -10_000],
    [0, 10_000],
  ])('of 10 seconds after %d is %d: periods are counted on both sides of the epoch alike', (after, due) => {
    expect(everyTrigger('10s').next(after)).toBe(due);
  });

  it('shifts the instants before the epoch by the offset as well', () => {
    const trigger = everyTrigger('10s', { offset: '3s' });

    expect([-7_001, -7_000, -1, 2_999, 3_000].map(after => trigger.next(after))).toEqual([
      -7_000, 3_000, 3_000, 3_000, 13_000,
    ]);
  });

  it('is exact up to the limits of Date, for any offset and any period of up to 9,000 years', () => {
    const periods = fc.oneof(fc.integer({ min: 1, max: 284e12 }), fc.integer({ min: 1, max: 1_000 }));
    const offsets = fc.integer({ min: 0, max: 8.64e15 });
    const instants = fc.integer({ min: -LAST_INSTANT, max: LAST_INSTANT });

    fc.assert(
      fc.property(periods, offsets, instants, (period, offset, after) => {
        const [p, o, a] = [BigInt(period), BigInt(offset), BigInt(after)];
        const due = a - ((((a - o) % p) + p) % p) + p;

        const next = everyTrigger(period, { offset }).next(after);

        expect(next).toBe(due <= BigInt(LAST_INSTANT) ? Number(due) : null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the last instant of Date when it falls on it, and nothing after it', () => {
    const trigger = everyTrigger('1d');

    expect([trigger.next(LAST_INSTANT - 1), trigger.next(LAST_INSTANT)]).toEqual([LAST_INSTANT, null]);
  });

  it.each<[Trigger, string]>([
    [everyTrigger('10s'), 'every 10s'],
    [everyTrigger(500), 'every 500ms'],
    [everyTrigger('1d', { offset: '4h' }), 'every 1d offset 4h'],
    [everyTrigger('1d', { offset: 500 }), 'every 1d offset 500ms'],
    [everyTrigger('1d', { offset: 0 }), 'every 1d'],
    [everyTrigger('1d', {}), 'every 1d'],
  ])('reads as text: %s', (trigger, text) => {
    expect(String(trigger)).toBe(text);
  });

  it.each<[Duration]>([[0], ['0s'], [-0]])('refuses a period of %o', period => {
    const create = () => everyTrigger(period);

    expect(create).toThrow(InvalidTriggerError);
    expect(create).toThrow(/^everyTrigger expects a period above 0, such as '30s' or a number of ms, got /);
  });

  it.each([['10x'], [''], [-1], [NaN], [Infinity], [0.5], [undefined], [null]])('refuses %o', period => {
    expect(() => everyTrigger(period as Duration)).toThrow(InvalidDurationError);
  });

  it.each([['4x'], [''], [-1], [NaN]])('refuses the offset %o and says that it is the offset', offset => {
    const create = () => everyTrigger('1d', { offset: offset as Duration });

    expect(create).toThrow(InvalidDurationError);
    expect(create).toThrow(expect.objectContaining({ where: 'everyTrigger: offset' }) as Error);
  });
});
