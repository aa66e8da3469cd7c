import { expect, it } from 'vitest';
import { attemptsBegun, skipInWords } from '../../../lib/dashboard/page/outcome.words.js';
import { mark } from './mark.js';

it('says why a run was skipped, and what more is known of it', () => {
  expect(skipInWords('overlap', null)).toBe('the previous run was still going');
  expect(skipInWords('paused', 'deploy')).toBe('the task was paused (deploy)');
  expect(skipInWords('because I said so', null)).toBe('because I said so');
});

it.each([
  [{ outcome: null, startedAt: null, attempts: 0 }, 0],
  [{ outcome: null, startedAt: 1, attempts: 0 }, 1],
  [{ outcome: null, startedAt: 1, attempts: 1 }, 2],
  [{ outcome: 'failure', startedAt: 1, attempts: 2 }, 2],
] as const)('counts the attempt that goes on: %o', (run, begun) => {
  expect(attemptsBegun(mark(run))).toBe(begun);
});
