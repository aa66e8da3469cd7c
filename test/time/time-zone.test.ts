import { afterEach, describe, expect, it, vi } from 'vitest';
import { InvalidTimeZoneError } from '../../lib/errors.js';
import { timeZone } from '../../lib/time/time-zone.js';

const second = (iso: string) => Date.parse(iso) / 1000;

/** Local time minus UTC in seconds, from the face of the clock rather than from the name of the offset. */
function offsetByFace(format: Intl.DateTimeFormat, epochSecond: number): number {
  const numbers = format
    .format(epochSecond * 1000)
    .split(/\D+/)
    .map(Number);
  const [month, day, year, hour, minute, sec] = numbers as [number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, sec) / 1000 - epochSecond;
}

function clockOf(name: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** The changes between two instants: when, from which offset, to which. */
function changes(name: string, from: string, until: string): [at: number, before: number, after: number][] {
  const zone = timeZone(name);
  const found: [number, number, number][] = [];
  for (let span = zone.spanAt(second(from)); span.until < second(until);) {
    const { offset } = span;
    span = zone.spanAt(span.until);
    if (span.offset !== offset) found.push([span.from, offset, span.offset]);
  }
  return found;
}

describe('a time zone', () => {
  it.each([
    // tzdata northamerica, Rule US 2007 max.
    [
      'America/New_York',
      '2026',
      ['2026-03-08T07:00:00Z', -18_000, -14_400],
      ['2026-11-01T06:00:00Z', -14_400, -18_000],
    ],
    // australasia, Rule LH 2008 max.
    [
      'Australia/Lord_Howe',
      '2026',
      ['2026-04-04T15:00:00Z', 39_600, 37_800],
      ['2026-10-03T15:30:00Z', 37_800, 39_600],
    ],
    // antarctica, Rule Troll 2005 max.
    ['Antarctica/Troll', '2026', ['2026-03-29T01:00:00Z', 0, 7200], ['2026-10-25T01:00:00Z', 7200, 0]],
    // europe, Rule Eire 1981 max, 1996 max.
    ['Europe/Dublin', '2026', ['2026-03-29T01:00:00Z', 0, 3600], ['2026-10-25T01:00:00Z', 3600, 0]],
    // africa, Rule Morocco 2024.
    ['Africa/Casablanca', '2024', ['2024-03-10T02:00:00Z', 3600, 0], ['2024-04-14T02:00:00Z', 0, 3600]],
    // africa, Zone Africa/Monrovia.
    ['Africa/Monrovia', '1972', ['1972-01-07T00:44:30Z', -2670, 0]],
    // southamerica, Rule Brazil 2000 2001: the nearest two changes since 1970.
    [
      'America/Recife',
      '2000',
      ['2000-02-27T02:00:00Z', -7200, -10_800],
      ['2000-10-08T03:00:00Z', -10_800, -7200],
      ['2000-10-15T02:00:00Z', -7200, -10_800],
    ],
    ['Asia/Tokyo', '2026'],
    ['UTC', '2026'],
  ] as [string, string, ...[string, number, number][]][])(
    '%s changes its offset to the second in %s',
    (name, year, ...expected) => {
      const found = changes(name, `${year}-01-01T00:00:00Z`, `${Number(year) + 1}-01-01T00:00:00Z`);

      expect(found).toEqual(expected.map(([at, before, after]) => [second(at), before, after]));
    },
  );

  it('has spans that hold the instant asked for and follow each other, whatever is asked first', () => {
    const zone = timeZone('Europe/Paris');
    for (const at of [0, -1, 8.64e12, -8.64e12, 1e9, 2e9, -3e9, 13e9, 1e9]) {
      const span = zone.spanAt(at);
      const next = zone.spanAt(span.until);

      expect(at).toBeGreaterThanOrEqual(span.from);
      expect(at).toBeLessThan(span.until);
      expect(next.from).toBe(span.until);
    }
  });

  it('knows the offset that the clocks show, in all zones from 1970 to 2040', () => {
    const wrong: string[] = [];
    for (const name of Intl.supportedValuesOf('timeZone')) {
      const zone = timeZone(name);
      const clock = clockOf(name);
      // About each two and a half years, at ever other seasons and hours.
      for (let at = 0; at < second('2040-01-01T00:00:00Z'); at += 77_777_777) {
        if (zone.spanAt(at).offset !== offsetByFace(clock, at)) wrong.push(`${name} ${at}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  // Gaza's changes around Ramadan are foreseen as near as a week: 2040, 2054, 2072 and more.
  it.each(['Asia/Gaza', 'America/Recife', 'Africa/Cairo', 'Africa/Casablanca'])(
    'misses no change, however short: %s day by day to 2100',
    name => {
      const zone = timeZone(name);
      const clock = clockOf(name);
      const wrong: number[] = [];
      for (let at = 0; at < second('2100-01-01T00:00:00Z'); at += 86_400) {
        if (zone.spanAt(at).offset !== offsetByFace(clock, at)) wrong.push(at);
      }
      expect(wrong).toEqual([]);
    },
    30_000,
  );

  it('says how far the clocks had come before they were put back or forward', () => {
    const zone = timeZone('America/New_York');
    const localSecond = (at: number, offset: number) => at + offset;
    const [spring, autumn] = [second('2026-03-08T07:00:00Z'), second('2026-11-01T06:00:00Z')];

    expect(zone.spanAt(spring).reached).toBe(localSecond(spring, -18_000));
    expect(zone.spanAt(autumn).reached).toBe(localSecond(autumn, -14_400));
  });

  it.each([
    ['+02:00', '+02:00', 7200],
    ['-03:30', '-03:30', -12_600],
    ['+0545', '+05:45', 20_700],
    ['-11', '-11:00', -39_600],
    ['+00:00', '+00:00', 0],
    ['-00:00', '-00:00', 0],
    ['+23:59', '+23:59', 86_340],
  ])('may be an offset: %s', (name, shown, offset) => {
    const zone = timeZone(name);

    expect(zone.name).toBe(shown);
    expect(zone.spanAt(0)).toEqual({ from: -Infinity, until: Infinity, offset, reached: -Infinity });
  });

  it.each([
    ['europe/paris', 'Europe/Paris'],
    ['EUROPE/PARIS', 'Europe/Paris'],
    ['utc', 'UTC'],
  ])('may be written in any case: %s', (name, shown) => {
    expect(timeZone(name).name).toBe(shown);
    expect(timeZone(name)).toBe(timeZone(shown));
  });

  it('keeps the name that it was asked by, old or new', () => {
    expect(timeZone('US/Eastern').name).toBe('US/Eastern');
    expect(timeZone('US/Eastern').spanAt(0).offset).toBe(-18_000);
  });

  it.each([
    ['Europe/Pari', "Did you mean 'Europe/Paris'?"],
    ['Paris', "Did you mean 'Europe/Paris'?"],
    ['new_york', "Did you mean 'America/New_York'?"],
    ['America/NewYork', "Did you mean 'America/New_York'?"],
    ['Mars/Olympus_Mons_and_so_on', "Intl.supportedValuesOf('timeZone') lists them."],
    ['UTC+2', 'lists them'],
    ['+24:00', 'lists them'],
    ['+2:00', 'lists them'],
    ['+02:60', 'lists them'],
    ['+02:00:00', 'lists them'],
    ['', 'lists them'],
    [' Europe/Paris', "Did you mean 'Europe/Paris'?"],
    [null, 'lists them'],
    [42, 'lists them'],
    [{}, 'lists them'],
    ['x'.repeat(20_000), "Intl.supportedValuesOf('timeZone') lists them."],
  ])('that is unknown is refused: %j', (name, remedy) => {
    const start = performance.now();
    expect(() => timeZone(name as string, 'place')).toThrow(InvalidTimeZoneError);
    expect(() => timeZone(name as string, 'place')).toThrow(remedy);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('without a name, the zone of the host', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['Asia/Tokyo', 'Asia/Tokyo'],
    ['UTC', 'UTC'],
    ['', 'UTC'],
  ])('follows TZ: %j', (variable, name) => {
    vi.stubEnv('TZ', variable);

    expect(timeZone().name).toBe(name);
  });

  it('is refused when Node cannot read TZ', () => {
    vi.stubEnv('TZ', 'Europe/Pari');

    expect(() => timeZone()).toThrow("got 'Europe/Pari'. Did you mean 'Europe/Paris'?");
  });
});
