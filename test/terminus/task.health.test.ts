import { describe, expect, it } from 'vitest';
import type { StsEvent } from '../../lib/run/run.events.js';
import { TaskHealth } from '../../lib/terminus/task.health.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';

const MINUTE = 60_000;
const WAITING = runningRun({ startedAt: null });
const { taskName: task } = WAITING;
const at = NEW_YEAR + 2 * MINUTE;

/** How late tasks are 2 minutes after the new year. */
function lateAfter(...events: StsEvent[]) {
  const health = new TaskHealth(() => true);
  for (const event of events) health.hear(event);
  return health.late(at, MINUTE);
}

describe('a task is late', () => {
  it('while a run of it waits for an earlier one, or for a limit', () => {
    const late = lateAfter({ type: 'runWaiting', at: NEW_YEAR, run: WAITING, waitsFor: 'limit' });

    expect(late).toEqual([{ task, lateByMs: 2 * MINUTE }]);
  });

  it('when an instant of it was found too late to run', () => {
    const run = skippedRun({ outcome: skipped('misfire') });

    expect(lateAfter({ type: 'runSkipped', at, run })).toEqual([{ task, lateByMs: 2 * MINUTE }]);
  });

  it('by the time since its jitter was over, when it waits for anything else then', () => {
    const jitterAt = NEW_YEAR + 30_000;
    const waits: StsEvent[] = [
      { type: 'runWaiting', at: NEW_YEAR, run: WAITING, waitsFor: 'jitter' },
      { type: 'runWaiting', at: jitterAt, run: WAITING, waitsFor: 'overlap' },
      { type: 'runWaiting', at: jitterAt + 10_000, run: WAITING, waitsFor: 'limit' },
    ];

    const waiting = lateAfter(...waits);
    const started = lateAfter(...waits, { type: 'runStarted', at, run: runningRun({ startedAt: at }) });

    const late = [{ task, lateByMs: 90_000 }];
    expect([waiting, started]).toEqual([late, late]);
  });

  it('not for a run that was to start later', () => {
    const late = lateAfter(
      { type: 'runWaiting', at: NEW_YEAR, run: WAITING, waitsFor: 'jitter' },
      { type: 'runStarted', at, run: runningRun({ startedAt: at }) },
    );

    expect(late).toEqual([]);
  });

  it('not for a run that waits no more, because it is left to the next start', () => {
    const late = lateAfter(
      { type: 'runWaiting', at: NEW_YEAR, run: WAITING, waitsFor: 'limit' },
      { type: 'runLeft', at: NEW_YEAR, run: WAITING },
    );

    expect(late).toEqual([]);
  });

  it('not for a run that was skipped for any other reason', () => {
    expect(lateAfter({ type: 'runSkipped', at, run: skippedRun() })).toEqual([]);
  });
});

it('the server that processes share is down until it works again', () => {
  const health = new TaskHealth(() => true);
  const states = (['engineFailed', 'engineRecovered'] as const).map(type => {
    health.hear({ type, at, error: new Error('refused') });
    return health.isEngineDown;
  });

  expect(states).toEqual([true, false]);
});

it('a task fails until it succeeds, and a cancelled run says nothing', () => {
  const health = new TaskHealth(() => true);
  const outcomes = [
    { kind: 'failure', error: 1 },
    { kind: 'cancelled', reason: 'by hand' },
    { kind: 'timeout', timeoutMs: 1 },
    { kind: 'success' },
  ] as const;
  const counts = outcomes.map(outcome => {
    health.hear({ type: 'runFinished', at, run: finishedRun({ outcome }) });
    return health.failing(1).map(({ failures }) => failures);
  });

  expect(counts).toEqual([[1], [1], [2], []]);
});

it('what a task does that was removed says nothing, and is not kept', () => {
  let isThere = true;
  const health = new TaskHealth(() => isThere);
  const run = finishedRun({ outcome: { kind: 'failure', error: 1 } });
  health.hear({ type: 'runStarted', at: NEW_YEAR, run: runningRun({ startedAt: at }) });
  isThere = false;
  health.hear({ type: 'taskRemoved', at, taskName: task });
  health.hear({ type: 'runWaiting', at, run: WAITING, waitsFor: 'limit' });
  health.hear({ type: 'runStarted', at, run: runningRun({ startedAt: at }) });
  health.hear({ type: 'runFinished', at, run });

  expect([health.failing(0), health.late(at, -1)]).toEqual([[], []]);
});
