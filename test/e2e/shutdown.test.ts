import {
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Every,
  Manual,
  Retry,
  SchedulerRegistry,
  StsModule,
  Task,
  TaskScheduler,
  type StsEvent,
  type TaskContext,
} from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';
import { describe, expect, it } from 'vitest';
import { startApp } from './apps.js';

/** Something that tasks need, and that its module closes. */
class Connection implements OnModuleInit, OnModuleDestroy {
  isOpen = false;
  onModuleInit() {
    this.isOpen = true;
  }
  onModuleDestroy() {
    this.isOpen = false;
  }
}

/** What a run that ends during the drain finds. */
class Witness {
  readonly findings = new Map<string, boolean>();
}

/** Ends some real turns of the event loop after it was called. */
async function turns(count: number) {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve));
}

describe('while tasks drain', () => {
  it('every module still has its connections: feature modules, AppModule itself, and one imported after ours', async () => {
    const witness = new Witness();
    class OfFirst extends Connection {}
    class OfSecond extends Connection {}
    class OfLater extends Connection {}
    class OfApp extends Connection {}
    const using = (name: string, connection: Connection) => async () => {
      await turns(20);
      witness.findings.set(name, connection.isOpen);
    };
    @Injectable()
    class First extends Task {
      constructor(readonly connection: OfFirst) {
        super();
      }
      run() {
        return using('first', this.connection)();
      }
    }
    @Injectable()
    class Second extends Task {
      constructor(readonly connection: OfSecond) {
        super();
      }
      run() {
        return using('second', this.connection)();
      }
    }
    @Injectable()
    class Later extends Task {
      constructor(readonly connection: OfLater) {
        super();
      }
      run() {
        return using('later', this.connection)();
      }
    }
    @Injectable()
    class Own extends Task {
      constructor(readonly connection: OfApp) {
        super();
      }
      run() {
        return using('own', this.connection)();
      }
    }
    @Module({ providers: [OfFirst, First] })
    class FirstModule {}
    @Module({ imports: [FirstModule], providers: [OfSecond, Second] })
    class SecondModule {}
    @Module({ providers: [OfLater, Later] })
    class LaterModule {}
    @Module({
      imports: [FirstModule, SecondModule, StsModule.forRoot({ logLevel: 'SILENT' }), LaterModule],
      providers: [OfApp, Own],
    })
    class AppModule {}
    const kit = await StsTestKit.create(Test.createTestingModule({ imports: [AppModule] }));
    for (const name of ['First', 'Second', 'Later', 'Own']) await kit.registry.trigger(name);

    await kit.app.close();

    expect(Object.fromEntries(witness.findings)).toEqual({
      first: true,
      second: true,
      later: true,
      own: true,
    });
    expect(kit.app.get(OfApp).isOpen).toBe(false);
  });

  it('starts after every other module has booted', async () => {
    const order: string[] = [];
    @Injectable()
    class Late implements OnApplicationBootstrap {
      constructor(
        readonly registry: SchedulerRegistry,
        readonly scheduler: TaskScheduler,
      ) {
        registry.events$.subscribe(({ type }) => order.push(type));
      }
      onApplicationBootstrap() {
        order.push('app booted');
        this.scheduler.addTask({ name: 'early', run: () => undefined }, { every: '10s' });
      }
    }

    const kit = await startApp([Late]);
    await kit.advanceBy('10s');
    await kit.close();

    expect(order.slice(0, 4)).toEqual(['app booted', 'taskAdded', 'schedulerStarted', 'runStarted']);
  });
});

describe('close()', () => {
  it('awaits what runs, ends waits for a retry as cancelled, and names nothing', async () => {
    class Tasks {
      @Manual() async slow() {
        await turns(10);
        return 'done';
      }
      @Manual() @Retry(3, { delay: '1h' }) fail() {
        throw new Error('boom');
      }
    }
    const kit = await startApp([Tasks]);
    const slow = await kit.registry.trigger('Tasks.slow');
    const failing = await kit.registry.trigger('Tasks.fail');
    await turns(1);

    await kit.app.close();

    expect((await slow.finished()).outcome).toEqual({ kind: 'success', result: 'done' });
    expect((await failing.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    expect((await failing.finished()).attempts).toHaveLength(1);
    expect(drainOf(kit)).toMatchObject({ abandoned: [], unsettled: [] });
  });

  it('awaits tasks one after another in shutdownOrder, each for its grace, then aborts, then abandons', async () => {
    const signals: string[] = [];
    const hang = ({ signal, taskName }: TaskContext) => {
      signal.addEventListener('abort', () =>
        signals.push(`${taskName} ${kit.clock.now() - start}: ${signal.reason.name}`),
      );
      return new Promise(() => undefined);
    };
    class Tasks {
      @Manual({ shutdownOrder: 2, shutdownGrace: '4s' }) second(context: TaskContext) {
        return hang(context);
      }
      @Manual({ shutdownOrder: 1, shutdownGrace: '2s' }) first(context: TaskContext) {
        return hang(context);
      }
      @Manual({ shutdownOrder: 2, shutdownGrace: '3s' }) together(context: TaskContext) {
        return hang(context);
      }
    }
    const kit = await startApp([Tasks]);
    const start = kit.clock.now();
    const runs = await Promise.all(
      ['second', 'first', 'together'].map(name => kit.registry.trigger(`Tasks.${name}`)),
    );

    await kit.close({ leaks: 'allow' });

    expect(signals).toEqual([
      'Tasks.first 2000: RunCancelledError',
      'Tasks.together 6000: RunCancelledError',
      'Tasks.second 7000: RunCancelledError',
    ]);
    const ends = await Promise.all(runs.map(run => run.finished()));
    expect(ends.map(({ taskName, outcome, endedAt }) => [taskName, outcome, endedAt - start])).toEqual([
      ['Tasks.second', { kind: 'abandoned', reason: 'drain' }, 8_000],
      ['Tasks.first', { kind: 'abandoned', reason: 'drain' }, 3_000],
      ['Tasks.together', { kind: 'abandoned', reason: 'drain' }, 7_000],
    ]);
    expect(drainOf(kit)).toMatchObject({
      tookMs: 8_000,
      abandoned: runs.map(({ id }) => id),
      unsettled: ['first', 'together', 'second'].map(name => ({ taskName: `Tasks.${name}`, handlers: 1 })),
    });
  });

  it('ends a handler that obeys its signal as cancelled', async () => {
    class Tasks {
      @Manual({ shutdownGrace: '2s' }) obedient({ signal }: TaskContext) {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
    }
    const kit = await startApp([Tasks]);
    const run = await kit.registry.trigger('Tasks.obedient');

    await kit.close();

    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    expect(drainOf(kit)).toMatchObject({ abandoned: [], unsettled: [] });
  });

  it('is over after shutdown.timeout, however many tasks hang', async () => {
    class Tasks {
      @Manual({ overlap: 'allowAll', shutdownGrace: '1h' }) hang() {
        return new Promise(() => undefined);
      }
      @Manual() other() {
        return new Promise(() => undefined);
      }
    }
    const kit = await startApp([Tasks], { options: { shutdown: { timeout: '5s' } } });
    for (const name of ['hang', 'hang', 'other']) await kit.registry.trigger(`Tasks.${name}`);

    await kit.close({ leaks: 'allow' });

    const { tookMs, abandoned } = drainOf(kit);
    expect(tookMs).toBe(5_000);
    expect(abandoned).toHaveLength(3);
  });

  it('gives what is due meanwhile its outcome: skipped as draining', async () => {
    class Tasks {
      @Manual({ shutdownGrace: '5s' }) hang() {
        return new Promise(() => undefined);
      }
      @Every('2s') poll() {}
    }
    const kit = await startApp([Tasks]);
    await kit.registry.trigger('Tasks.hang');

    await kit.close({ leaks: 'allow' });

    const outcomes = (await kit.runs('Tasks.poll')).map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject(
      Array.from({ length: 3 }, () => ({ kind: 'skipped', reason: 'draining' })),
    );
  });

  it('leaves no timer behind, and may be called twice', async () => {
    class Tasks {
      @Every('10s') @Retry(2) fail() {
        throw new Error('boom');
      }
    }
    const kit = await startApp([Tasks]);
    await kit.advanceBy('10s');

    await Promise.all([kit.close(), kit.close()]);

    expect(kit.clock.pending).toBe(0);
  });
});

describe('TaskScheduler', () => {
  class Tasks {
    calls = 0;
    @Every('10s') poll() {
      this.calls++;
    }
  }

  it('with autoStart false runs nothing by schedule until run(), but what is triggered by hand', async () => {
    const kit = await startApp([Tasks], { options: { autoStart: false } });
    await kit.advanceBy('1m');
    const before = kit.app.get(Tasks).calls;

    await kit.trigger('Tasks.poll');
    void kit.scheduler.run();
    await kit.advanceBy('1m');
    await kit.close();

    expect([before, kit.app.get(Tasks).calls]).toEqual([0, 7]);
  });

  it('run() resolves when the scheduler has stopped, and at once with blocking false', async () => {
    const kit = await startApp([Tasks]);
    const other = await startApp([Tasks], { options: { blocking: false } });
    let isOver = false;

    void kit.scheduler.run().then(() => (isOver = true));
    await other.scheduler.run();
    await kit.advanceBy('1m');
    const before = isOver;
    await kit.scheduler.stop();
    await turns(1);

    expect([before, isOver]).toEqual([false, true]);
    await Promise.all([kit.close(), other.close()]);
  });

  it('stop() aborts at once, and run() starts again', async () => {
    class Hanging {
      @Manual({ shutdownGrace: '1h' }) hang() {
        return new Promise(() => undefined);
      }
      @Manual() obey({ signal }: TaskContext) {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
    }
    const kit = await startApp([Tasks, Hanging]);
    const hanging = await kit.registry.trigger('Hanging.hang');
    const obeying = await kit.registry.trigger('Hanging.obey');

    const stopping = kit.scheduler.stop();
    await kit.advanceBy('1s');
    await stopping;
    await kit.advanceBy('1m');
    const stopped = kit.app.get(Tasks).calls;
    void kit.scheduler.run();
    await kit.advanceBy('1m');
    await kit.close({ leaks: 'allow' });

    expect((await hanging.finished()).outcome).toEqual({ kind: 'abandoned', reason: 'drain' });
    expect((await obeying.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'drain' });
    expect([stopped, kit.app.get(Tasks).calls]).toEqual([0, 6]);
    await expect(kit.scheduler.run()).rejects.toThrow(/^The scheduler cannot run: /);
  });

  it('stop() hastens a drain that goes on', async () => {
    class Hanging {
      @Manual({ shutdownGrace: '20s' }) hang() {
        return new Promise(() => undefined);
      }
    }
    const kit = await startApp([Hanging]);
    const run = await kit.registry.trigger('Hanging.hang');
    const start = kit.clock.now();

    const draining = kit.scheduler.drain();
    await kit.advanceBy('2s');
    const stopping = kit.scheduler.stop();
    await kit.advanceBy('18s');
    await Promise.all([draining, stopping]);
    await kit.close({ leaks: 'allow' });

    expect((await run.finished()).endedAt - start).toBe(3_000);
  });
});

function drainOf(kit: StsTestKit) {
  return kit
    .events()
    .find((event): event is Extract<StsEvent, { type: 'drainFinished' }> => event.type === 'drainFinished')!;
}
