import { setImmediate as settled } from 'node:timers/promises';
import { filter, firstValueFrom, map, take } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RunRecorder } from '../../lib/run/run.recorder.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { Run } from '../../lib/run/run.js';
import type { RunStore } from '../../lib/run/run.store.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { finishedRun, NEW_YEAR, runningRun, skippedRun } from './sample.run.js';

const started: StsEvent = { type: 'runStarted', at: NEW_YEAR, run: runningRun() };
const finished: StsEvent = { type: 'runFinished', at: NEW_YEAR, run: finishedRun() };
const skipped: StsEvent = { type: 'runSkipped', at: NEW_YEAR, run: skippedRun() };

describe('RunRecorder', () => {
  let clock: ManualClock;
  let events: StsEvent[];

  beforeEach(() => {
    clock = new ManualClock(NEW_YEAR + 7);
    events = [];
  });

  function recorderInto(append: (run: Run) => void | Promise<void>, close?: RunStore['close']) {
    const store: RunStore = {
      append,
      close,
      find: () => undefined,
      at: () => undefined,
      list: () => ({ items: [], nextCursor: null }),
    };
    const recorder = new RunRecorder(store, clock);
    recorder.events$.subscribe(event => events.push(event));
    return recorder;
  }

  it.each<[string, StsEvent]>([
    ['at its start', started],
    ['at its end', finished],
    ['when it is skipped', skipped],
    [
      'between two attempts',
      {
        type: 'attemptFailed',
        at: NEW_YEAR,
        run: runningRun(),
        attempt: finishedRun().attempts[0]!,
        retryAt: NEW_YEAR,
      },
    ],
  ])('hands a run to the store first, then to whoever listens: %s', (_, event) => {
    const order: unknown[] = [];
    const recorder = recorderInto(run => void order.push(run));
    recorder.events$.subscribe(heard => order.push(heard));

    recorder.record(event);

    expect(order).toEqual(['run' in event && event.run, event]);
  });

  it.each<StsEvent>([
    { type: 'taskRemoved', at: NEW_YEAR, taskName: 'ReportTasks.send' },
    { type: 'schedulerStopped', at: NEW_YEAR },
  ])('stores nothing of $type, and tells it', event => {
    const append = vi.fn();
    const recorder = recorderInto(append);

    recorder.record(event);

    expect(append).not.toHaveBeenCalled();
    expect(events).toEqual([event]);
  });

  it('tells of a store that throws, at the instant of the failure, and of the run all the same', () => {
    const error = new Error('disk full');
    const recorder = recorderInto(() => {
      throw error;
    });

    recorder.record(finished);

    expect(events).toEqual([{ type: 'storeFailed', at: NEW_YEAR + 7, error }, finished]);
  });

  it('tells of a store that rejects, when it does, and of the run at once', async () => {
    const error = new Error('connection lost');
    const recorder = recorderInto(() => Promise.reject(error));

    recorder.record(finished);
    const atOnce = [...events];
    clock.set(NEW_YEAR + 9);
    await settled();

    expect(atOnce).toEqual([finished]);
    expect(events).toEqual([finished, { type: 'storeFailed', at: NEW_YEAR + 9, error }]);
  });

  it('does not wait for a store that never answers', () => {
    const recorder = recorderInto(() => new Promise(() => {}));

    recorder.record(started);
    recorder.record(finished);

    expect(events).toEqual([started, finished]);
  });

  it('tells once of a store that is down, until it works again', () => {
    let isDown = true;
    const recorder = recorderInto(() => {
      if (isDown) throw new Error('disk full');
    });

    for (let i = 0; i < 3; i++) recorder.record(finished);
    isDown = false;
    recorder.record(finished);
    isDown = true;
    recorder.record(finished);

    expect(events.filter(({ type }) => type === 'storeFailed')).toHaveLength(2);
  });

  it('waits, when it closes, until the store has kept the last run', async () => {
    let keep!: () => void;
    const recorder = recorderInto(() => new Promise(resolve => (keep = resolve)));
    recorder.record(finished);
    let isClosed = false;

    const closing = recorder.close(1_000).then(() => (isClosed = true));
    await settled();
    const before = isClosed;
    keep();
    await closing;

    expect(before).toBe(false);
    expect(events).toEqual([finished]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait longer than it is told, and says what is lost', async () => {
    const recorder = recorderInto(() => new Promise(() => {}));
    recorder.record(finished);

    const closing = recorder.close(1_000);
    clock.advance(clock.now() + 1_000);
    await closing;

    expect(events.at(-1)).toMatchObject({
      type: 'storeFailed',
      error: { message: 'The run store had not kept 1 runs after 1000 ms.' },
    });
  });

  it('tells how many runs are lost, though the store keeps them together', async () => {
    const together = new Promise<void>(() => {});
    const recorder = recorderInto(() => together);
    for (let i = 0; i < 3; i++) recorder.record(finished);

    const closing = recorder.close(1_000);
    clock.advance(clock.now() + 1_000);
    await closing;

    expect(events.at(-1)).toMatchObject({
      type: 'storeFailed',
      error: { message: 'The run store had not kept 3 runs after 1000 ms.' },
    });
  });

  it('closes the store, which may keep the last runs only then, and waits for it', async () => {
    let [keep, end] = [() => {}, () => {}];
    const kept = new Promise<void>(resolve => (keep = resolve));
    const ended = new Promise<void>(resolve => (end = resolve));
    const recorder = recorderInto(
      () => kept,
      () => {
        keep();
        return ended;
      },
    );
    recorder.record(finished);
    let isClosed = false;

    const closing = recorder.close(1_000).then(() => (isClosed = true));
    await settled();
    const before = isClosed;
    end();
    await closing;

    expect(before).toBe(false);
    expect(events).toEqual([finished]);
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('tells of a store that %s when it closes, even though it is known to be down', async (_, close) => {
    const recorder = recorderInto(() => Promise.reject(new Error('locked')), close);
    recorder.record(finished);
    await settled();

    await recorder.close(1_000);

    const failures = events.flatMap(event => (event.type === 'storeFailed' ? [String(event.error)] : []));
    expect(failures).toEqual(['Error: locked', 'Error: disk full']);
  });

  it('waits for a store that does not close as long as it is told', async () => {
    const recorder = recorderInto(
      () => {},
      () => new Promise(() => {}),
    );

    const closing = recorder.close(1_000);
    clock.advance(clock.now() + 1_000);
    await closing;

    expect(events).toEqual([
      expect.objectContaining({ error: new Error('The run store had not closed after 1000 ms.') }),
    ]);
  });

  it('goes on to store after a failure', () => {
    const append = vi.fn().mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    const recorder = recorderInto(append);

    recorder.record(started);
    recorder.record(finished);

    expect(append).toHaveBeenCalledTimes(2);
    expect(events.map(event => event.type)).toEqual(['storeFailed', 'runStarted', 'runFinished']);
  });

  it('completes events$ when it closes, and stays silent after that', async () => {
    const complete = vi.fn();
    const recorder = recorderInto(() => Promise.reject(new Error('closed')));
    recorder.events$.subscribe({ complete });

    await recorder.close(1_000);
    recorder.record(finished);
    await settled();

    expect(complete).toHaveBeenCalledOnce();
    expect(events).toEqual([]);
  });

  it('lets nobody else send events: events$ only tells', () => {
    const recorder = recorderInto(() => {});

    expect(recorder.events$).not.toHaveProperty('next');
  });

  describe('with subscribers that fail', () => {
    const error = new Error('a bug of a subscriber');
    const fail = () => {
      throw error;
    };

    it.each<[string, (recorder: RunRecorder) => void]>([
      ['as a function', recorder => recorder.events$.subscribe(fail)],
      ['as an observer', recorder => recorder.events$.subscribe({ next: fail })],
      ['behind an operator', recorder => recorder.events$.pipe(filter(() => true)).subscribe(fail)],
      ['within an operator', recorder => recorder.events$.pipe(map(fail)).subscribe()],
      ['when they hear of the failure, too', recorder => recorder.events$.pipe(map(e => e)).subscribe(fail)],
    ])('%s, tells all others of it, and ends no process', (_, subscribe) => {
      const recorder = recorderInto(() => {});
      subscribe(recorder);

      recorder.record(finished);

      expect(events).toEqual([
        finished,
        { type: 'listenerFailed', at: NEW_YEAR + 7, listener: 'subscriber', error },
      ]);
    });

    it('later, in a promise, tells of that as well', async () => {
      const recorder = recorderInto(() => {});
      recorder.events$.subscribe(() => Promise.reject(error));

      recorder.record(finished);
      await settled();

      expect(events[1]).toEqual({ type: 'listenerFailed', at: NEW_YEAR + 7, listener: 'subscriber', error });
    });

    it('goes on telling the one that failed, and tells of it once until it works again', () => {
      const recorder = recorderInto(() => {});
      const heard: string[] = [];
      recorder.events$.subscribe(({ type }) => {
        heard.push(type);
        fail();
      });

      recorder.record(started);
      recorder.record(finished);

      expect(heard).toEqual(['runStarted', 'listenerFailed', 'runFinished']);
      expect(events.map(({ type }) => type)).toEqual(heard);
    });

    it('hands the error of an operator to the observer that asks for it', () => {
      const recorder = recorderInto(() => {});
      const onError = vi.fn();
      recorder.events$.pipe(map(fail)).subscribe({ error: onError });

      recorder.record(finished);

      expect(onError).toHaveBeenCalledExactlyOnceWith(error);
      expect(events).toEqual([finished]);
    });
  });

  it('lets a subscriber leave, behind operators too', async () => {
    const recorder = recorderInto(() => {});
    const heard: string[] = [];
    recorder.events$.pipe(take(1)).subscribe(({ type }) => heard.push(type));
    const first = firstValueFrom(recorder.events$.pipe(filter(({ type }) => type === 'runFinished')));

    recorder.record(started);
    recorder.record(finished);

    expect(heard).toEqual(['runStarted']);
    expect(await first).toBe(finished);
  });

  it('keeps no results, which may be of any size, and tells them', () => {
    const kept: Run[] = [];
    const recorder = recorderInto(run => void kept.push(run));
    const run = finishedRun({ outcome: { kind: 'success', result: 'a large one' } });

    recorder.record({ type: 'runFinished', at: NEW_YEAR, run });

    expect(kept[0]!.outcome).toEqual({ kind: 'success', result: undefined });
    expect(events).toEqual([{ type: 'runFinished', at: NEW_YEAR, run }]);
  });
});
