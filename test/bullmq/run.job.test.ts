import { describe, expect, it } from 'vitest';
import { jobIdOf, keptState, resultOf, runOf, stackWith, type RunJob } from '../../lib/bullmq/run.job.js';
import { finishedRun } from '../run/sample.run.js';

const jobOf = (fields: object) =>
  ({
    name: 'poll',
    data: { id: 'poll@1', cause: 'schedule', dueAt: 1 },
    stacktrace: [],
    ...fields,
  }) as unknown as RunJob;

describe('the record of a run', () => {
  it('of a plain success is short, and says the same', () => {
    const attempt = { number: 1, startedAt: 5, endedAt: 7, outcome: { kind: 'success' } } as const;
    const run = {
      ...finishedRun(),
      startedAt: 5,
      endedAt: 7,
      attempts: [attempt],
      outcome: attempt.outcome,
      log: [],
    };
    const taken = { processedOn: 3, processedBy: run.node };

    const result = resultOf(run, jobOf(taken));

    expect(result).toEqual([2, 2]);
    expect(runOf(jobOf({ ...taken, returnvalue: result, finishedOn: 8 }))).toEqual({
      ...run,
      id: 'poll@1',
      taskName: 'poll',
      cause: 'schedule',
      dueAt: 1,
    });
  });

  it('of a failure stands in the last stack trace', () => {
    const error = { name: 'Error', message: 'boom', stack: 'Error: boom' };
    const run = { ...finishedRun(), outcome: { kind: 'failure', error } as const };
    const stacktrace = JSON.parse(stackWith(keptState(run, null), 'Error: boom')) as string[];

    expect(stacktrace[0]).toBe('Error: boom');
    expect(runOf(jobOf({ stacktrace, finishedOn: 8 })).outcome).toEqual(run.outcome);
  });

  it('of a job that BullMQ has given up is that of a crash', () => {
    const job = jobOf({ finishedOn: 8, processedOn: 3, failedReason: 'job stalled', processedBy: 'a:1' });

    expect(runOf(job)).toMatchObject({
      startedAt: 3,
      endedAt: 8,
      outcome: { kind: 'abandoned', reason: 'crash' },
    });
  });

  it('of a skip has no start, also while a worker ends it', () => {
    const data = {
      id: 'poll@1',
      cause: 'manual',
      dueAt: 1,
      skip: { reason: 'overlap', detail: 'run poll@0' },
    };

    expect(runOf(jobOf({ data, processedOn: 3 }))).toMatchObject({ startedAt: null, outcome: null });
  });

  it('keeps a result that JSON can hold and that is short', () => {
    const endless: Record<string, unknown> = {};
    endless['itself'] = endless;
    const kept = (result: unknown) => {
      const { outcome } = keptState({ ...finishedRun(), outcome: { kind: 'success', result } }, null);
      return (outcome as { result?: unknown }).result;
    };

    expect(kept({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    for (const result of [undefined, () => 1, endless, 'x'.repeat(10_001)])
      expect(kept(result)).toBeUndefined();
  });

  it('of one that nobody has taken says nothing of a process', () => {
    expect(runOf(jobOf({}))).toMatchObject({ startedAt: null, endedAt: null, outcome: null, node: '' });
  });

  it('has an id without a colon, which no other run has', () => {
    expect(jobIdOf('a:b@1')).toBe('a%3Ab@1');
    expect(jobIdOf('a%3Ab@1')).toBe('a%253Ab@1');
  });
});
