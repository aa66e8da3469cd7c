import { describe, expect, it } from 'vitest';
import { latestFailures } from '../../../../lib/dashboard/page/views/latest.failures.js';
import { mark, taskView } from '../mark.js';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

const failedAt = (dueAt: number) => mark({ dueAt, endedAt: dueAt, outcome: 'failure' });
const endedAt = (dueAt: number) => mark({ dueAt, endedAt: dueAt });

describe('the latest failures', () => {
  it('are one a task, the newest, with how many of its runs went wrong', () => {
    const often = taskView({}, [failedAt(NOW - 3), endedAt(NOW - 2), failedAt(NOW - 1)]);
    const once = taskView({ name: 'Tasks.two' }, [failedAt(NOW - 2)]);

    expect(latestFailures([once, often], NOW)).toEqual([
      { run: failedAt(NOW - 1), failed: 2, runs: 3 },
      { run: failedAt(NOW - 2), failed: 1, runs: 1 },
    ]);
  });

  it.each([
    ['fails now, however long ago', [failedAt(NOW - 900 * HOUR)], 1],
    ['has failed within a day', [failedAt(NOW - 23 * HOUR), endedAt(NOW)], 1],
    ['had failed before', [failedAt(NOW - 25 * HOUR), endedAt(NOW)], 0],
    ['only skips since it failed', [failedAt(NOW - 30 * HOUR), mark({ dueAt: NOW, outcome: 'skipped' })], 1],
    ['was cancelled', [mark({ dueAt: NOW, outcome: 'cancelled' })], 0],
    ['runs for the first time', [mark({ dueAt: NOW, endedAt: null, outcome: null })], 0],
  ])('know whether to tell of a task that %s', (_what, recent, count) => {
    expect(latestFailures([taskView({}, recent)], NOW)).toHaveLength(count);
  });
});
