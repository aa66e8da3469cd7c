import { describe, expect, it } from 'vitest';
import { bodyOf, reasonIn, spanIn, textIn, wholeNumber } from '../../lib/dashboard/queries.js';

describe('what stands behind the question mark', () => {
  it('is what was meant when it is empty or absent', () => {
    expect(wholeNumber({ limit: '' }, 'limit', { most: 10, otherwise: 5 })).toBe(5);
    expect(wholeNumber({}, 'limit', { most: 10, otherwise: 5 })).toBe(5);
    expect(textIn({ cursor: '' }, 'cursor')).toBeUndefined();
    expect(spanIn({}, { from: 1, to: 2 })).toEqual({ from: 1, to: 2 });
  });

  it('is refused when it is there twice', () => {
    expect(() => textIn({ cursor: ['a', 'b'] }, 'cursor')).toThrow('cursor is one text.');
  });
});

describe('the body of a POST', () => {
  it('may say nothing', () => {
    expect(bodyOf({}, ['reason'])).toEqual({});
  });

  it.each<[unknown, readonly string[], string]>([
    [undefined, [], 'The body is a JSON object, {} at least.'],
    [null, [], 'The body is a JSON object'],
    ['', [], 'The body is a JSON object'],
    [[], [], 'The body is a JSON object'],
    ['text', [], 'The body is a JSON object'],
    [{ reson: 'x' }, ['reason', 'scope'], 'Unknown: reson. Known: reason, scope.'],
    [{ a: 1, b: 2 }, [], 'Unknown: a, b. Known: none.'],
  ])('is refused when it is %o', (body, known, message) => {
    expect(() => bodyOf(body, known)).toThrow(message);
  });

  it('has a reason of 500 characters at most', () => {
    expect(reasonIn({ reason: ` ${'x'.repeat(500)} ` })).toHaveLength(500);
    expect(reasonIn({ reason: '  ' })).toBeUndefined();
    expect(() => reasonIn({ reason: 'x'.repeat(501) })).toThrow('reason has 500 characters at most.');
  });
});
