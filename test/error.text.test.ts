import { describe, expect, it } from 'vitest';
import { show, suggestion } from '../lib/error.text.js';

describe('show', () => {
  it.each([
    ['abc', "'abc'"],
    ['', "''"],
    ["it's", '"it\'s"'],
    ['a\nb', String.raw`'a\nb'`],
    [5, '5'],
    [NaN, 'NaN'],
    [-0, '-0'],
    [10n, '10n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(NaN), 'Invalid Date'],
    [new RangeError('too\nlong'), 'RangeError: too long'],
    [function send() {}, 'the function send'],
    [class CleanUp {}, 'the class CleanUp'],
  ])('shows %o as %s', (value, text) => {
    expect(show(value)).toBe(text);
  });

  it('shows a function without a name as such', () => {
    expect(show((() => () => {})())).toBe('a function');
  });

  it.each([
    ['a long text', 'x'.repeat(10_000)],
    ['a long array', Array.from({ length: 10_000 }, (_, i) => i)],
    ['an object of many keys', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i]))],
  ])('is never long: %s', (_, value) => {
    expect(show(value).length).toBeLessThan(500);
  });

  it('stays on one line for an error, whose stack has many', () => {
    expect(show(new Error('refused'))).not.toContain('\n');
  });
});

describe('suggestion', () => {
  it.each([
    ['timout', " Did you mean 'timeout'?"],
    ['tiemout', " Did you mean 'timeout'?"],
    ['TIMEOUT', " Did you mean 'timeout'?"],
    ['shutdownGrce', " Did you mean 'shutdownGrace'?"],
    ['shutdownOrder', " Did you mean 'shutdownOrder'?"],
    ['evry', " Did you mean 'every'?"],
    ['timeoutt', " Did you mean 'timeout'?"],
    ['shtdwnGrce', " Did you mean 'shutdownGrace'?"],
    ['colour', ''],
    ['evey', " Did you mean 'every'?"],
    ['tvey', ''],
    ['eevry', " Did you mean 'every'?"],
    ['', ''],
  ])('for %o is %o', (word, expected) => {
    const known = ['every', 'timeout', 'shutdownGrace', 'shutdownOrder'];

    expect(suggestion(word, known)).toBe(expected);
  });

  it('names the nearest of several, and the first of equals', () => {
    expect(suggestion('task', ['tusks', 'tasks'])).toBe(" Did you mean 'tasks'?");
    expect(suggestion('tosks', ['tasks', 'tusks'])).toBe(" Did you mean 'tasks'?");
  });

  it('names nothing when nothing is known', () => {
    expect(suggestion('task', [])).toBe('');
  });

  it('names no word that shares not one letter, however short', () => {
    expect(suggestion('xy', ['at'])).toBe('');
  });

  it('compares only words of about the same length, so that a huge name costs nothing', () => {
    const known = Array.from({ length: 2_000 }, (_, i) => `ReportTasks.nightly${i}`);
    const startedAt = performance.now();

    const answer = suggestion('x'.repeat(20_000), known);

    expect(answer).toBe('');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
