import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Cron,
  Every,
  InvalidOptionError,
  Manual,
  Retry,
  SchedulerRegistry,
  STS_CLOCK,
  type Clock,
  type TaskContext,
} from 'nestjs-sts';
import { Test } from '@nestjs/testing';
import { bullmq } from 'nestjs-sts/bullmq';
import { LeakedRunsError, StsTestKit } from 'nestjs-sts/testing';
import { appModule, startApp } from '../e2e/apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close({ leaks: 'allow' });
  kit = undefined;
});

describe('advanceBy()', () => {
  it('waits for handlers that do real I/O before the next instant', async () => {
    class Tasks {
      @Every('10s') async read() {
        await readFile(new URL(import.meta.url));
        await wait(5);
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    await kit.advanceBy('1m');

    const kinds = (await kit.runs('Tasks.read')).map(({ outcome }) => outcome?.kind);
    expect(kinds).toEqual(Array.from({ length: 6 }, () => 'success'));
  });

  it('goes on without a handler that hangs', async () => {
    class Tasks {
      @Every('10s') hang() {
        return new Promise(() => {});
      }
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('30s');

    expect((await kit.runs('Tasks.hang')).map(({ outcome }) => outcome)).toMatchObject([
      null,
      { reason: 'overlap' },
      { reason: 'overlap' },
    ]);
  });

  it('goes on without a handler that takes longer than its patience', async () => {
    class Tasks {
      @Every('10s') async slow() {
        await wait(300);
      }
    }
    kit = await startApp([Tasks], { patience: '10ms' });

    await kit.advanceBy('20s');

    expect((await kit.runs('Tasks.slow')).map(({ outcome }) => outcome)).toMatchObject([
      null,
      { reason: 'overlap' },
    ]);
  });
});

describe('advanceTo()', () => {
  it('refuses an instant of the past', async () => {
    kit = await startApp([]);

    await expect(kit.advanceTo('2025-01-01T00:00:00Z')).rejects.toThrow(
      "StsTestKit.advanceTo() expects an instant that is not before 2026-01-01T00:00:00Z, where its clock stands, got '2025-01-01T00:00:00Z'. clock.set() sets it back.",
    );
  });
});

describe('in the second test of a file', () => {
  it('still waits for handlers that take their time', async () => {
    class Tasks {
      @Every('1m') async work() {
        await wait(150);
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    await kit.advanceBy('3m');

    expect((await kit.runs('Tasks.work')).map(({ outcome }) => outcome?.kind)).toEqual([
      'success',
      'success',
      'success',
    ]);
  });
});

describe('runs()', () => {
  it('has all of them, with what the handlers returned', async () => {
    class Tasks {
      calls = 0;
      @Every('1s') count() {
        return ++this.calls;
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    await kit.advanceBy('5m');

    const runs = await kit.runs('Tasks.count');
    expect(runs).toHaveLength(300);
    expect(runs.at(-1)!.outcome).toEqual({ kind: 'success', result: 300 });
    expect(() => kit!.runs('Tasks.cont')).toThrow("Did you mean 'Tasks.count'?");
  });
});

describe('create()', () => {
  class Tasks {
    @Every('10m') poll() {}
  }

  it.each([
    ['a module class', () => appModule([Tasks])],
    ['a dynamic module', () => ({ module: class {}, imports: [appModule([Tasks])] })],
    ['metadata', () => ({ imports: [appModule([Tasks])] })],
    ['a builder', () => Test.createTestingModule({ imports: [appModule([Tasks])] })],
  ])('takes %s', async (_, target) => {
    kit = await StsTestKit.create(target());

    await kit.advanceBy('10m');

    expect(kit.outcomes()).toHaveLength(1);
  });

  it.each([
    ['nothing', undefined, 'got undefined. A module that is undefined may be imported in a circle.'],
    ['null', null, 'got null.'],
    ['a text', 'AppModule', "got 'AppModule'."],
    ['a promise', Promise.resolve({}), 'Await it first.'],
  ])('refuses %s, and says what it expects', async (_, target, complaint) => {
    const created = StsTestKit.create(target as never);

    await expect(created).rejects.toThrow(InvalidOptionError);
    await expect(created).rejects.toThrow(
      'StsTestKit.create() expects a module, such as AppModule, metadata',
    );
    await expect(created).rejects.toThrow(complaint);
  });

  it('runs an app for many processes as one, without its server', async () => {
    class Tasks {
      @Every('10s', { onCrash: 'fail', catchUp: '1h' }) poll() {}
    }
    const engine = bullmq({ connection: 'redis://127.0.0.1:1' });
    kit = await startApp([Tasks], { options: { engine } });

    await kit.advanceBy('30s');

    expect(kit.outcomes().map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
  });

  it('refuses an app that is made already', async () => {
    const app = await Test.createTestingModule({ imports: [appModule([Tasks])] }).compile();

    await expect(StsTestKit.create(app as never)).rejects.toThrow(
      'Give the builder before its compile(): the clock has to be there when the app is made.',
    );
  });
});

describe('the history of an app under the kit', () => {
  class Tasks {
    @Every('10s') poll() {}
  }

  it('explains what happened long ago', async () => {
    kit = await startApp([Tasks]);

    await kit.advanceBy('1h');

    const { sentence } = await kit.explain('Tasks.poll', '2026-01-01T00:00:10Z');
    expect(sentence).toMatch('success');
  });

  it('is what the module says, when it says', async () => {
    kit = await startApp([Tasks], { options: { history: { perTask: 5 } } });

    await kit.advanceBy('1h');

    expect((await kit.registry.runs('Tasks.poll')).items).toHaveLength(5);
    expect(kit.runs()).toHaveLength(360);
  });
});

describe('an option that is not known', () => {
  it('is refused', async () => {
    await expect(StsTestKit.create({}, { sead: 1 } as never)).rejects.toThrow("Did you mean 'seed'?");
  });
});

describe('trigger()', () => {
  it('lets time go by for the retry of another task whose run it waits for', async () => {
    class Tasks {
      constructor(readonly registry: SchedulerRegistry) {}
      @Manual() async outer() {
        return (await (await this.registry.trigger('Tasks.inner')).finished()).outcome.kind;
      }
      @Manual() @Retry(1, { delay: '1h' }) inner({ attempt }: TaskContext) {
        if (attempt === 1) throw new Error('boom');
      }
    }
    Reflect.defineMetadata('design:paramtypes', [SchedulerRegistry], Tasks);
    kit = await startApp([Tasks], { patience: '20ms' });

    const { outcome } = await kit.trigger('Tasks.outer');

    expect(outcome).toEqual({ kind: 'success', result: 'success' });
  });

  it('lets time go by for retries', async () => {
    class Tasks {
      @Manual() @Retry(2, { delay: '1h' }) flaky({ attempt }: TaskContext) {
        if (attempt < 3) throw new Error('boom');
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    const { attempts, outcome } = await kit.trigger('Tasks.flaky');

    expect([attempts.length, outcome.kind]).toEqual([3, 'success']);
    expect(kit.clock.now()).toBe(Date.UTC(2026, 0, 1, 2));
  });

  it('lets time go by for a timeout', async () => {
    class Tasks {
      @Manual({ timeout: '5m' }) hang() {
        return new Promise(() => {});
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    const { outcome } = await kit.trigger('Tasks.hang');

    expect(outcome).toEqual({ kind: 'timeout', timeoutMs: 300_000 });
  });

  it.each([[undefined], ['2h' as const]])(
    'lets time go by for a handler that waits on the clock, and no more of it (timeout %s)',
    async timeout => {
      class Tasks {
        constructor(readonly clock: Clock) {}
        @Manual({ timeout }) slow() {
          return new Promise<void>(resolve => this.clock.after(3_600_000, resolve));
        }
        @Every('25m') poll() {}
      }
      Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: STS_CLOCK }], Tasks);
      kit = await startApp([Tasks]);

      const { outcome, endedAt } = await kit.trigger('Tasks.slow');

      expect([outcome.kind, endedAt]).toEqual(['success', Date.UTC(2026, 0, 1, 1)]);
      expect(kit.clock.now()).toBe(endedAt);
      expect(kit.outcomes('Tasks.poll')).toHaveLength(2);
    },
  );

  it('rejects when nothing can end the run', async () => {
    class Tasks {
      @Manual() hang() {
        return new Promise(() => {});
      }
    }
    kit = await startApp([Tasks], { patience: '20ms' });

    await expect(kit.trigger('Tasks.hang')).rejects.toThrow(
      'Tasks.hang does not end: its handler has not returned within the patience of the kit, 20ms of real time, and ' +
        "no time that goes by ends it. For slow I/O, give the kit more patience: StsTestKit.create(…, { patience: '10s' }). " +
        'A handler that should take its time waits on STS_CLOCK; a `timeout` ends one that hangs.',
    );
  });

  it('rejects when the run waits for one that does not end', async () => {
    class Tasks {
      @Manual({ overlap: 'bufferOne' }) hang() {
        return new Promise(() => {});
      }
    }
    kit = await startApp([Tasks]);
    await kit.registry.trigger('Tasks.hang');

    await expect(kit.trigger('Tasks.hang')).rejects.toThrow(
      'Tasks.hang does not start: its run waits for another one that does not end',
    );
  });
});

describe('runNext()', () => {
  it('goes to the next instant of a task, and has its run when it has ended', async () => {
    class Tasks {
      @Every('1h', { jitter: '30m' }) @Retry(1, { delay: '10m' }) flaky({ attempt }: TaskContext) {
        if (attempt === 1) throw new Error('boom');
      }
      @Every('10m') poll() {}
    }
    kit = await startApp([Tasks]);

    const run = await kit.runNext('Tasks.flaky');

    expect(run).toMatchObject({ dueAt: Date.UTC(2026, 0, 1, 1), outcome: { kind: 'success' } });
    expect(run.attempts).toHaveLength(2);
    expect(kit.clock.now()).toBe(run.endedAt);
    expect(kit.nextRuns('Tasks.flaky', 1)).toEqual([Date.UTC(2026, 0, 1, 2)]);
    expect(kit.outcomes('Tasks.poll').length).toBeGreaterThanOrEqual(6);
  });

  it.each([[undefined], ['8h' as const]])(
    'ends with a handler that waits on the clock (timeout %s)',
    async timeout => {
      class Tasks {
        constructor(readonly clock: Clock) {}
        @Every('1d', { timeout }) slow() {
          return new Promise<void>(resolve => this.clock.after(3_600_000, resolve));
        }
      }
      Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: STS_CLOCK }], Tasks);
      kit = await startApp([Tasks]);

      const { outcome, endedAt } = await kit.runNext('Tasks.slow');

      expect(outcome.kind).toBe('success');
      expect([endedAt, kit.clock.now()]).toEqual([Date.UTC(2026, 0, 2, 1), endedAt]);
    },
  );

  it('has the retries of a task while others are due at the same instants', async () => {
    class Tasks {
      @Every('1s') poll() {}
      @Cron('0 0 * * * *') @Retry(3, { delay: '1s' }) async flaky({ attempt }: TaskContext) {
        if (attempt < 3) throw new Error('down');
      }
    }
    // It is not spent on a retry that has not begun: the test would take hours.
    kit = await startApp([Tasks], { patience: '1h' });

    const run = await kit.runNext('Tasks.flaky');
    await kit.advanceBy('1h');

    expect([run.outcome.kind, run.attempts.length]).toEqual(['success', 3]);
    expect(kit.outcomes('Tasks.flaky').map(({ outcome }) => outcome)).toEqual(['success', 'success']);
  });

  it('waits for a retry that does real I/O while others are due at the same instant', async () => {
    class Tasks {
      @Every('1s') poll() {}
      @Cron('0 0 * * * *') @Retry(1, { delay: '1s' }) async flaky({ attempt }: TaskContext) {
        if (attempt === 1) throw new Error('down');
        await wait(20);
      }
    }
    kit = await startApp([Tasks], { patience: '5s' });

    expect((await kit.runNext('Tasks.flaky')).attempts.map(({ startedAt }) => startedAt % 10_000)).toEqual([
      0, 1_000,
    ]);
  });

  it('has a run that is skipped, too', async () => {
    class Tasks {
      @Every('1h') poll() {}
    }
    kit = await startApp([Tasks]);
    await kit.registry.pause('Tasks.poll');

    expect((await kit.runNext('Tasks.poll')).outcome).toMatchObject({ kind: 'skipped', reason: 'paused' });
    expect((await kit.explain('Tasks.poll', '2026-01-01T01:00:00Z')).kind).toBe('skipped');
  });

  it('rejects when nothing is due, or nothing runs', async () => {
    class Tasks {
      @Every('1h') poll() {}
      @Manual() byHand() {}
    }
    kit = await startApp([Tasks], { options: { autoStart: false } });

    await expect(kit.runNext('Tasks.byHand')).rejects.toThrow('Tasks.byHand is never due again.');
    await expect(kit.runNext('Tasks.poll')).rejects.toThrow(
      'Tasks.poll had no run at 2026-01-01T01:00:00Z: the scheduler is not running',
    );
    await expect(kit.runNext('Tasks.pol')).rejects.toThrow("Did you mean 'Tasks.poll'?");
  });
});

describe('outcomes()', () => {
  it('tells how runs have ended, in order', async () => {
    class Tasks {
      @Every('10m') poll() {}
      @Cron('0 1 * * *', { timeZone: 'UTC' }) nightly() {
        throw new Error('boom');
      }
    }
    kit = await startApp([Tasks], { now: '2026-01-01T00:50:00Z' });

    await kit.advanceBy('10m');
    kit.clock.set('2026-01-01T01:55:00Z');
    await kit.advanceBy('1m');

    expect(kit.outcomes()).toEqual([
      { task: 'Tasks.poll', dueAt: '2026-01-01T01:00:00Z', outcome: 'success' },
      { task: 'Tasks.nightly', dueAt: '2026-01-01T01:00:00Z', outcome: 'failure' },
      { task: 'Tasks.poll', dueAt: '2026-01-01T01:10:00Z', outcome: 'skipped (coalesced) × 4' },
      { task: 'Tasks.poll', dueAt: '2026-01-01T01:50:00Z', outcome: 'success' },
    ]);
    expect(kit.outcomes('Tasks.nightly')).toHaveLength(1);
    expect(() => kit!.outcomes('Tasks.nigthly')).toThrow("Did you mean 'Tasks.nightly'?");
  });
});

describe('a seed', () => {
  class Tasks {
    @Every('1h', { jitter: '30m' }) spread() {}
    @Manual() @Retry(2, { delay: '1h', maxDelay: '1h', jitter: 'full' }) flaky() {
      throw new Error('boom');
    }
  }
  /** When everything starts, and under which id. */
  async function draws(seed?: string) {
    const kit = await StsTestKit.create({ imports: [appModule([Tasks])] }, { seed });
    await kit.trigger('Tasks.flaky');
    await kit.advanceTo('2026-01-02T00:00:00Z');
    const told = kit
      .events()
      .flatMap(event =>
        event.type === 'runStarted' || event.type === 'attemptFailed' ? [`${event.at} ${event.run.id}`] : [],
      );
    await kit.close();
    return told;
  }

  it('makes everything the same each time', async () => {
    expect(await draws('a')).toEqual(await draws('a'));
    expect(await draws()).toEqual(await draws());
  });

  it('draws other jitters, backoffs and ids than another one, and than none', async () => {
    const [none, a, b] = [await draws(), await draws('a'), await draws('b')];

    for (const other of [b, none]) expect(a.filter(event => other.includes(event))).toEqual([]);
    expect(a).toHaveLength(none.length);
  });
});

describe('close()', () => {
  it('rejects when a handler has not returned, and names the run', async () => {
    class Tasks {
      @Every('1h', { timeout: '10m' }) hang(): Promise<void> {
        return new Promise(() => {});
      }
      @Every('1h') fine() {}
    }
    const leaking = await startApp([Tasks]);
    await leaking.advanceBy('90m');

    const error = await leaking.close().catch((error: unknown) => error);

    expect(error).toBeInstanceOf(LeakedRunsError);
    expect((error as LeakedRunsError).runs).toEqual([
      { task: 'Tasks.hang', runId: 'Tasks.hang@1767229200000', dueAt: '2026-01-01T01:00:00Z' },
    ]);
    expect((error as LeakedRunsError).message).toBe(
      'The app has closed, and a handler has not returned within the patience of the kit, 20ms of real time: ' +
        'Tasks.hang, run Tasks.hang@1767229200000, due at 2026-01-01T01:00:00Z. ' +
        "Let it obey its signal, or close with { leaks: 'allow' }. " +
        "For slow I/O, give the kit more patience: StsTestKit.create(…, { patience: '10s' }).",
    );
  });

  it('names the runs that leak, among others that timed out, were cancelled or failed', async () => {
    class Tasks {
      @Every('1h', { timeout: '10m', retry: 1 }) work({ dueAt, signal }: TaskContext) {
        if (dueAt === Date.UTC(2026, 0, 1, 2)) return new Promise<void>(() => {});
        return new Promise<void>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
      }
      @Every('1h') fail() {
        throw new Error('boom');
      }
    }
    const leaking = await startApp([Tasks]);
    await leaking.advanceBy('3h30m');

    const error = await leaking.close().catch((error: unknown) => error);

    expect((error as LeakedRunsError).runs).toEqual([
      { task: 'Tasks.work', runId: 'Tasks.work@1767232800000', dueAt: '2026-01-01T02:00:00Z' },
    ]);
  });

  it('rejects when a run was still going on, and was given up', async () => {
    class Tasks {
      @Manual() hang(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const leaking = await startApp([Tasks]);
    const { id } = await leaking.registry.trigger('Tasks.hang');

    await expect(leaking.close()).rejects.toMatchObject({ runs: [{ task: 'Tasks.hang', runId: id }] });
  });

  it('resolves when every handler obeys its signal, and when leaks are allowed', async () => {
    class Tasks {
      @Manual() obey({ signal }: TaskContext) {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      }
      @Manual() hang(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const [obedient, leaking] = [await startApp([Tasks]), await startApp([Tasks])];
    await obedient.registry.trigger('Tasks.obey');
    await leaking.registry.trigger('Tasks.hang');

    await obedient.close();
    await leaking.close({ leaks: 'allow' });
  });

  it('waits for a handler that does real I/O, however long its grace', async () => {
    class Tasks {
      @Manual({ shutdownGrace: '1ms' }) async read() {
        await wait(20);
        return 'read';
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });
    const run = await kit.registry.trigger('Tasks.read');

    await kit.close();

    expect((await run.finished()).outcome).toEqual({ kind: 'success', result: 'read' });
  });
});
