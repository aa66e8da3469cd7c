import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Every, Manual, Retry, SchedulerRegistry, type TaskContext } from '../../lib/index.js';
import type { StsTestKit } from '../../lib/testing/index.js';
import { startApp } from '../e2e/apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
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
    await expect(kit.runs('Tasks.cont')).rejects.toThrow("Did you mean 'Tasks.count'?");
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

  it('rejects when nothing can end the run', async () => {
    class Tasks {
      @Manual() hang() {
        return new Promise(() => {});
      }
    }
    kit = await startApp([Tasks], { patience: '1s' });

    await expect(kit.trigger('Tasks.hang')).rejects.toThrow('Tasks.hang does not end');
  });
});

describe('close()', () => {
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
