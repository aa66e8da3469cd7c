import { describe, expect, it } from 'vitest';
import { keptError, keptRun } from '../../lib/run/kept.run.js';
import type { AttemptOutcome } from '../../lib/run/outcome.js';
import { finishedRun, runningRun, skippedRun } from './sample.run.js';

function ended(outcome: AttemptOutcome) {
  const attempt = { number: 1, startedAt: 1, endedAt: 2, outcome };
  return finishedRun({ outcome, attempts: [attempt] });
}

describe('keptRun', () => {
  it.each([
    ['goes on', runningRun()],
    ['was skipped', skippedRun()],
    ['returned nothing', finishedRun()],
    ['timed out', ended({ kind: 'timeout', timeoutMs: 5 })],
  ])('is the run itself when it %s: nothing is to be left out', (_, run) => {
    expect(keptRun(run)).toBe(run);
  });

  it('leaves out results, those of attempts too', () => {
    const run = ended({ kind: 'success', result: { rows: [1, 2, 3] } });

    const kept = keptRun(run);

    expect(JSON.stringify(kept)).not.toContain('rows');
    expect(kept).toMatchObject({ id: run.id, outcome: { kind: 'success' }, attempts: [{ number: 1 }] });
  });

  it('leaves out what hangs on an error, and keeps its name, message, stack and causes', () => {
    class HttpError extends Error {
      override name = 'HttpError';
      response = { body: 'a megabyte' };
    }
    const error = new HttpError('503', { cause: new Error('refused') });

    const kept = keptRun(ended({ kind: 'failure', error }));

    expect(kept.outcome).toEqual({
      kind: 'failure',
      error: {
        name: 'HttpError',
        message: '503',
        stack: expect.stringContaining('Caused by: Error: refused') as string,
      },
    });
    expect(kept.attempts[0]!.outcome).toEqual(kept.outcome);
  });

  it('keeps the error of an attempt of a run that succeeded later', () => {
    const outcome: AttemptOutcome = { kind: 'failure', error: new Error('first') };
    const run = finishedRun({ attempts: [{ number: 1, startedAt: 1, endedAt: 2, outcome }] });

    expect(keptRun(run).attempts[0]!.outcome).toMatchObject({ error: { message: 'first' } });
  });
});

describe('keptError', () => {
  it.each([
    ['text', 'boom', { name: 'string', message: 'boom', stack: '' }],
    ['nothing', undefined, { name: 'undefined', message: 'undefined', stack: '' }],
    ['an object', { code: 5 }, { name: 'object', message: '{ code: 5 }', stack: '' }],
  ])('is made of %s that was thrown', (_, thrown, kept) => {
    expect(keptError(thrown)).toEqual(kept);
  });

  it('cuts what is long', () => {
    const { message, stack } = keptError(new Error('x'.repeat(1_000_000)));

    expect(message.length + stack.length).toBeLessThan(21_000);
  });

  it('is made of an error whose getters throw', () => {
    const error = Object.defineProperty(new Error('boom'), 'message', {
      get: () => {
        throw new Error('no');
      },
    });

    expect(keptError(error).message).toBe('an error that cannot be read');
  });
});
