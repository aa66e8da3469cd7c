import { expect, it } from 'vitest';
import { textOf } from '../../lib/bullmq/taken.run.js';
import type { Outcome } from '../../lib/run/outcome.js';

const TEXTS: readonly (readonly [Outcome, string | RegExp])[] = [
  [{ kind: 'failure', error: new Error('boom') }, /^Error: boom\n +at /],
  [{ kind: 'failure', error: 'a text' }, 'a text'],
  [{ kind: 'timeout', timeoutMs: 50 }, 'timed out after 50 ms'],
  [{ kind: 'cancelled', reason: 'by hand' }, 'cancelled (by hand)'],
  [{ kind: 'abandoned', reason: 'drain' }, 'abandoned (drain)'],
  [{ kind: 'success' }, 'success'],
];

it.each(TEXTS)('BullMQ’s tools show %o as %s', (outcome, text) => {
  expect(textOf(outcome)).toMatch(text);
});

it('an error with an endless stack is kept in part', () => {
  const error = Object.assign(new Error('boom'), { stack: 'x'.repeat(1_000_000) });

  expect(textOf({ kind: 'failure', error }).length).toBeLessThan(20_000);
});
