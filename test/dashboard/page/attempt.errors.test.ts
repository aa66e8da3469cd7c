import { describe, expect, it } from 'vitest';
import type { AttemptView } from '../../../lib/dashboard/api.views.js';
import { errorsOf } from '../../../lib/dashboard/page/attempt.errors.js';

const failed = (number: number, message: string | null): AttemptView => ({
  number,
  startedAt: 0,
  endedAt: 0,
  outcome: message === null ? 'success' : 'failure',
  error: message === null ? null : { name: 'Error', message, stack: '' },
});

const told = (...messages: (string | null)[]) =>
  errorsOf(messages.map((message, i) => failed(i + 1, message))).map(({ first, last, error }) => [
    first,
    last,
    error.message,
  ]);

describe('the errors of attempts', () => {
  it('are told once for attempts in a row', () => {
    expect(told('a', 'a', 'b', 'a')).toEqual([
      [1, 2, 'a'],
      [3, 3, 'b'],
      [4, 4, 'a'],
    ]);
  });

  it('leave out what went well, and do not reach over it', () => {
    expect(told('a', null, 'a')).toEqual([
      [1, 1, 'a'],
      [3, 3, 'a'],
    ]);
  });
});
