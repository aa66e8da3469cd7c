import { beforeEach, describe, expect, it } from 'vitest';
import { LiveBatch } from '../../lib/dashboard/live.batch.js';
import { RunViews } from '../../lib/dashboard/run.views.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { finishedRun, NEW_YEAR, runningRun } from '../run/sample.run.js';

const at = NEW_YEAR;
let batch: LiveBatch;

beforeEach(
  () =>
    void (batch = new LiveBatch(
      new RunViews(
        text => text,
        () => null,
      ),
    )),
);

const told = () => batch.take().map(({ type }) => type);
const started = (id: string): StsEvent => ({ type: 'runStarted', at, run: runningRun({ id }) });
const progressed = (runId: string, fraction = 0.5): StsEvent => ({
  type: 'runProgressed',
  at,
  taskName: 'T',
  runId,
  fraction,
  message: null,
});
const logged = (message: string): StsEvent => ({
  type: 'runLogged',
  at,
  taskName: 'T',
  runId: 'T@1',
  attempt: 1,
  level: 'INFO',
  message,
  run: runningRun(),
});
const many = (count: number, eventOf: (text: string) => StsEvent) => {
  for (let i = 0; i < count; i++) batch.add(eventOf(`${i}`));
};

describe('a batch of live events', () => {
  it('has the last word of each run, and nothing twice', () => {
    batch.add(started('T@1'));
    batch.add({ type: 'runFinished', at, run: finishedRun({ id: 'T@1' }) });

    expect(batch.take()).toMatchObject([{ type: 'run', run: { id: 'T@1', outcome: 'success' } }]);
    expect(told()).toEqual([]);
  });

  it.each<[string, StsEvent, readonly string[]]>([
    ['tasks', { type: 'taskRemoved', at, taskName: 'T' }, ['tasks']],
    ['tasks', { type: 'resumed', at, scope: { task: 'T' }, reason: 'by hand' }, ['tasks']],
    ['the scheduler', { type: 'engineRecovered', at }, ['scheduler']],
    ['nothing that is seen', { type: 'storeFailed', at, error: new Error('full') }, []],
  ])('says that %s changed', (_what, event, types) => {
    batch.add(event);
    batch.add(event);

    expect(told()).toEqual(types);
  });

  it.each([
    ['runs', started, 300],
    ['progress', progressed, 300],
    ['lines', logged, 300],
  ])('asks to look again rather than to tell of more than 300 %s', (_what, eventOf, most) => {
    many(most, eventOf);
    const full = told();
    many(most + 5, eventOf);

    expect(full).toHaveLength(most);
    expect(full).not.toContain('tasks');
    expect(told().slice(most)).toEqual(['tasks']);
  });

  it('cuts a long line as the history does', () => {
    batch.add(logged('x'.repeat(5_000)));

    expect(batch.take()).toMatchObject([{ line: { message: `${'x'.repeat(1_000)}…` } }]);
  });

  it('goes on telling of a run that it has told of, however many there are', () => {
    many(300, started);
    batch.add({ type: 'runFinished', at, run: finishedRun({ id: '0' }) });

    expect(batch.take()[0]).toMatchObject({ run: { id: '0', outcome: 'success' } });
  });
});

describe('what is known of the progress of runs', () => {
  it.each<[string, StsEvent]>([
    ['has ended', { type: 'runFinished', at, run: finishedRun({ id: 'T@1' }) }],
    ['is left to the next start', { type: 'runLeft', at, run: runningRun({ id: 'T@1' }) }],
    ['was lost to another process', { type: 'runLost', at, run: runningRun({ id: 'T@1' }) }],
  ])('is forgotten when a run %s', (_how, event) => {
    batch.add(progressed('T@1'));
    const known = batch.progressOf('T@1');

    batch.add(event);

    expect(known).toEqual({ fraction: 0.5, message: null });
    expect(batch.progressOf('T@1')).toBeNull();
  });

  it('outlives a retry', () => {
    const attempt = finishedRun().attempts[0]!;
    batch.add(progressed('T@1'));
    batch.add({ type: 'attemptFailed', at, run: runningRun({ id: 'T@1' }), attempt, retryAt: at });

    expect(batch.progressOf('T@1')).not.toBeNull();
  });

  it('is of 10,000 runs, and the one that was silent for longest goes first', () => {
    batch.add(progressed('silent'));
    batch.add(progressed('talking'));
    many(9_998, progressed);
    batch.add(progressed('talking', 0.6));
    batch.add(progressed('one more'));

    expect(batch.progressOf('silent')).toBeNull();
    expect(batch.progressOf('talking')).toMatchObject({ fraction: 0.6 });
    expect(batch.progressOf('one more')).not.toBeNull();
  });
});
