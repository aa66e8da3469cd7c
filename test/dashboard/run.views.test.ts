import { describe, expect, it } from 'vitest';
import { RunViews } from '../../lib/dashboard/run.views.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';

/** All that may be secret is marked. */
const views = new RunViews(
  (text, { kind }) => `${kind}: ${text}`,
  () => ({ fraction: 0.5, message: null }),
);

describe('what is seen of a run', () => {
  it('is its progress while it goes on, and none later', () => {
    expect(views.of(runningRun())).toMatchObject({ outcome: null, progress: { fraction: 0.5 } });
    expect(views.of(finishedRun())).toMatchObject({ outcome: 'success', progress: null, reason: null });
  });

  it('is why instants were skipped, and how many', () => {
    const outcome = { ...skipped('paused', NEW_YEAR + 60_000), count: 7, detail: 'since noon: deploy' };

    expect(views.of(skippedRun({ outcome }))).toMatchObject({
      reason: 'paused',
      detail: 'reason: since noon: deploy',
      count: 7,
      lastDueAt: NEW_YEAR + 60_000,
    });
    expect(views.of(skippedRun()).detail).toBeNull();
  });

  it('is why it was cancelled, and what its handler threw then', () => {
    const outcome = { kind: 'cancelled', reason: 'enough', error: new RangeError('late') } as const;

    expect(views.of(finishedRun({ outcome }))).toMatchObject({
      reason: 'reason: enough',
      error: { message: 'error: late' },
    });
  });

  it('is what its handler says, as it may be seen', () => {
    expect(views.progress(1, 'all of it', 'T')).toEqual({ fraction: 1, message: 'progress: all of it' });
    expect(views.progress(1, null, 'T').message).toBeNull();
  });
});
