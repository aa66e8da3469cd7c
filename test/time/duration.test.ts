import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidDurationError } from '../../lib/errors.js';
import { parseDuration } from '../../lib/time/duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1h30m', 5_400_000],
    ['1w2d3h4m5s6ms', 788_645_006],
    ['90m', 5_400_000],
    ['1s500ms', 1_500],
    ['0s', 0],
    ['007s', 7_000],
    ['1.5h', 5_400_000],
    ['0.5s', 500],
    ['0.001s', 1],
    [0, 0],
    [1, 1],
    [86_400_000, 86_400_000],
    [8.64e15, 8.64e15],
    ['8640000000000000ms', 8.64e15],
  ])('reads %o as %d ms', (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms);
  });

  it.each([
    ['22.33w', 13_505_184_000],
    ['1.1h', 3_960_000],
    ['0.29s', 290],
    ['1.001s', 1_001],
    ['4.35s', 4_350],
  ])('reads %o as the whole ms that it means, not as its nearest binary fraction', (duration, ms) => {
    expect(parseDuration(duration)).toBe(ms);
  });

  it('reads any decimal fraction of a unit exactly, up to thousandths', () => {
    const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
    const units = fc.constantFrom(...(Object.keys(unitMs) as (keyof typeof unitMs)[]));

    fc.assert(
      fc.property(fc.nat(99_999), fc.nat(999), units, (whole, thousandths, unit) => {
        const text = `${whole}.${String(thousandths).padStart(3, '0')}${unit}`;

        expect(parseDuration(text)).toBe((whole * 1_000 + thousandths) * (unitMs[unit] / 1_000));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every ms of a text near the limit of Date', () => {
    expect(parseDuration('8639999999999999ms')).toBe(8_639_999_999_999_999);
  });

  it('reads any combination of units as their sum', () => {
    const units = fc.record({
      w: fc.nat(99),
      d: fc.nat(99),
      h: fc.nat(99),
      m: fc.nat(99),
      s: fc.nat(99),
      ms: fc.nat(999),
    });

    fc.assert(
      fc.property(units, ({ w, d, h, m, s, ms }) => {
        const read = parseDuration(`${w}w${d}d${h}h${m}m${s}s${ms}ms`);

        expect(read).toBe(((((w * 7 + d) * 24 + h) * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });

  it.each([
    ['an unknown unit', '10x'],
    ['no unit', '10'],
    ['no number', 's'],
    ['nothing', ''],
    ['white space', ' 10s'],
    ['white space between units', '1h 30m'],
    ['a line break at its end', '10s\n'],
    ['an upper-case unit', '10S'],
    ['a negative number', '-10s'],
    ['a sign', '+10s'],
    ['an exponent', '1e3s'],
    ['a comma', '1,5h'],
    ['no digit after the point', '1.s'],
    ['the smaller unit first', '30m1h'],
    ['a unit twice', '10s10s'],
    ['less than a ms', '0.5ms'],
    ['a fraction of a ms', '1.0005s'],
    ['more than Date knows', '8640000000000001ms'],
    ['a word', 'abc'],
    ['a fraction of a ms as a number', 0.5],
    ['a negative number of ms', -1],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['more ms than Date knows', 8.64e15 + 1],
  ])('refuses %s', (_, duration) => {
    const parse = () => parseDuration(duration, 'ReportTasks.send: @Every');

    expect(parse).toThrow(InvalidDurationError);
    expect(parse).toThrow(
      expect.objectContaining({ where: 'ReportTasks.send: @Every', got: duration }) as Error,
    );
  });

  it.each([[undefined], [null], [true], [10n], [{}], [['10s']], [new Date(0)]])('refuses %o', duration => {
    expect(() => parseDuration(duration as unknown as string)).toThrow(InvalidDurationError);
  });

  it('says what was expected and what to do', () => {
    expect(() => parseDuration('10x')).toThrow(
      "parseDuration expects a duration such as '30s', '1h30m' or a whole number of ms, 0 or more, got '10x'." +
        ' Write numbers with the units w, d, h, m, s and ms, the larger unit first.',
    );
  });

  it('reads the next text from its start after one that it refused half-way', () => {
    expect(() => parseDuration('10s10x')).toThrow(InvalidDurationError);

    expect(parseDuration('5s')).toBe(5_000);
  });
});
