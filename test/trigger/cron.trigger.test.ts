import { afterEach, describe, expect, it, vi } from 'vitest';
import { InvalidCronError, InvalidTimeZoneError } from '../../lib/errors.js';
import { cronTrigger } from '../../lib/trigger/cron.trigger.js';
import { LAST_INSTANT } from '../../lib/trigger/trigger.js';

const utc = (expression: string) => cronTrigger(expression, { timeZone: 'UTC' });

/** The first instants after `after`. */
function first(
  count: number,
  expression: string,
  { after, timeZone = 'UTC' }: { after: string; timeZone?: string },
) {
  const trigger = cronTrigger(expression, { timeZone });
  const instants: string[] = [];
  let at: number | null = Date.parse(after);
  while (instants.length < count && (at = trigger.next(at)) !== null) {
    instants.push(new Date(at).toISOString().slice(0, 19));
  }
  return instants;
}

describe('next', () => {
  it.each([
    ['* * * * * *', '2026-01-01T00:00:00Z', ['2026-01-01T00:00:01', '2026-01-01T00:00:02']],
    ['*/10 * * * *', '2026-01-01T00:50:00Z', ['2026-01-01T01:00:00', '2026-01-01T01:10:00']],
    ['0 0 * * *', '2025-12-31T12:00:00Z', ['2026-01-01T00:00:00', '2026-01-02T00:00:00']],
    ['0 9 * * 1-5', '2026-01-02T12:00:00Z', ['2026-01-05T09:00:00', '2026-01-06T09:00:00']],
    ['59 59 23 31 12 *', '2025-06-01T00:00:00Z', ['2025-12-31T23:59:59', '2026-12-31T23:59:59']],
    ['0 0 29 2 *', '2096-01-01T00:00:00Z', ['2096-02-29T00:00:00', '2104-02-29T00:00:00']],
    ['0 0 29 2 *', '2396-12-01T00:00:00Z', ['2400-02-29T00:00:00', '2404-02-29T00:00:00']],
    // The leap day is a Monday each 28 years, and once in 40 when 2100 lies between.
    [
      '0 0 * 2 MON#5',
      '2072-03-01T00:00:00Z',
      ['2112-02-29T00:00:00', '2140-02-29T00:00:00', '2168-02-29T00:00:00'],
    ],
    ['0 0 31 * *', '2026-03-31T00:00:00Z', ['2026-05-31T00:00:00', '2026-07-31T00:00:00']],
    ['0 0 1 1 *', '1969-06-01T00:00:00Z', ['1970-01-01T00:00:00', '1971-01-01T00:00:00']],
    ['30 23 28-31 12 *', '1899-12-28T23:30:00Z', ['1899-12-29T23:30:00', '1899-12-30T23:30:00']],
  ])('of %s after %s', (expression, after, due) => {
    expect(first(due.length, expression, { after })).toEqual(due);
  });

  it('is strictly later than an instant of its own, by however little', () => {
    const daily = utc('0 0 * * *');

    expect(daily.next(0)).toBe(86_400_000);
    expect(daily.next(-0.001)).toBe(0);
    expect(daily.next(0.001)).toBe(86_400_000);
    expect(daily.next(86_399_999.999)).toBe(86_400_000);
    expect(utc('* * * * * *').next(1999)).toBe(2000);
    expect(utc('* * * * * *').next(-1999.5)).toBe(-1000);
  });

  it('depends on nothing but the instant: going back gives the same answers', () => {
    const trigger = cronTrigger('*/20 1-3 * * *', { timeZone: 'America/New_York' });
    const instants = Array.from({ length: 500 }, (_, i) => Date.parse('2026-10-30T00:00:00Z') + i * 433_777);

    const forth = instants.map(at => trigger.next(at));
    const back = instants.toReversed().map(at => trigger.next(at));

    expect(back.toReversed()).toEqual(forth);
  });

  it('counts local time in an offset from UTC', () => {
    const due = first(2, '0 0 * * *', { after: '2026-01-01T00:00:00Z', timeZone: '+02:00' });

    expect(due).toEqual(['2026-01-01T22:00:00', '2026-01-02T22:00:00']);
    expect(first(1, '0 0 * * *', { after: '2026-01-01T00:00:00Z', timeZone: '-0330' })).toEqual([
      '2026-01-01T03:30:00',
    ]);
  });
});

describe('near the ends of Date, next', () => {
  const zones = ['UTC', 'America/New_York', 'Pacific/Apia', '+14:00', '-12:00'];
  it.each(zones)('is the last second of all in %s, and then null', timeZone => {
    const trigger = cronTrigger('* * * * * *', { timeZone });

    expect(trigger.next(LAST_INSTANT - 1)).toBe(LAST_INSTANT);
    expect(trigger.next(LAST_INSTANT)).toBeNull();
    expect(trigger.next(Infinity)).toBeNull();
    expect(trigger.next(Number.MAX_VALUE)).toBeNull();
  });

  it.each(zones)('is null when the calendar goes on but Date does not, in %s', timeZone => {
    expect(cronTrigger('0 0 1 1 *', { timeZone }).next(LAST_INSTANT - 1000)).toBeNull();
    expect(cronTrigger('0 0 29 2 *', { timeZone }).next(LAST_INSTANT - 1000)).toBeNull();
    expect(cronTrigger('0 * 29 2 *', { timeZone }).next(LAST_INSTANT - 1000)).toBeNull();
  });

  it.each(zones)('is the first second of all in %s', timeZone => {
    const trigger = cronTrigger('* * * * * *', { timeZone });

    expect(trigger.next(-Infinity)).toBe(-LAST_INSTANT);
    expect(trigger.next(-LAST_INSTANT - 1)).toBe(-LAST_INSTANT);
    expect(trigger.next(-LAST_INSTANT)).toBe(-LAST_INSTANT + 1000);
  });

  it('is null after what is no number', () => {
    expect(utc('* * * * *').next(NaN)).toBeNull();
  });

  it('is found in no time', () => {
    const start = performance.now();
    for (const timeZone of zones) {
      for (let at = -8.6e15; at < 8.6e15; at += 8.6e14) {
        const due = cronTrigger('0 0 * 2 MON#5', { timeZone }).next(at);
        expect(new Date(due!).toISOString()).toMatch(/-02-2\d|-03-01/);
      }
    }
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('toString', () => {
  it('shows the expression and the zone', () => {
    expect(`${cronTrigger(' 0  0 * *\t* ', { timeZone: 'europe/paris' })}`).toBe(
      'cron 0 0 * * * (Europe/Paris)',
    );
    expect(`${cronTrigger('@daily', { timeZone: '+0200' })}`).toBe('cron 0 0 * * * (+02:00)');
  });

  it('shows what H came to, so that two triggers that differ read differently', () => {
    const one = cronTrigger('H 0 * * *', { timeZone: 'UTC', hashSeed: 'one' });
    const two = cronTrigger('H 0 * * *', { timeZone: 'UTC', hashSeed: 'two' });

    expect(`${one}`).toMatch(/^cron \d+ 0 \* \* \* \(UTC\)$/);
    expect(`${one}`).not.toBe(`${two}`);
    expect(new Date(one.next(0)!).getUTCMinutes()).toBe(Number(`${one}`.split(' ')[1]));
  });
});

describe('the zone', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is the host’s when none is given', () => {
    vi.stubEnv('TZ', 'Australia/Darwin');
    const trigger = cronTrigger('0 0 * * *');
    vi.stubEnv('TZ', 'Europe/Paris');

    expect(`${trigger}`).toBe('cron 0 0 * * * (Australia/Darwin)');
    expect(new Date(trigger.next(0)!).toISOString()).toBe('1970-01-01T14:30:00.000Z');
    expect(`${cronTrigger('0 0 * * *')}`).toBe('cron 0 0 * * * (Europe/Paris)');
  });

  it('is refused by name when it is unknown', () => {
    expect(() => cronTrigger('0 0 * * *', { timeZone: 'Europe/Pari' })).toThrow(InvalidTimeZoneError);
    expect(() => cronTrigger('0 0 * * *', { timeZone: 'Europe/Pari' })).toThrow(
      "cronTrigger: timeZone expects an IANA time zone such as 'Europe/Paris' or an offset such as '+02:00', got 'Europe/Pari'. Did you mean 'Europe/Paris'?",
    );
  });

  it('is looked at after the expression', () => {
    expect(() => cronTrigger('0 25 * * *', { timeZone: 'Europe/Pari' })).toThrow(InvalidCronError);
  });
});
