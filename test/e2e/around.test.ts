import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Scope, UseGuards, UseInterceptors } from '@nestjs/common';
import { Every, Manual, Retry, type Around, type TaskContext } from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { defer, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const error = new Error('broken');
const storage = new AsyncLocalStorage<string>();

@Injectable()
class Tasks {
  @Manual() work() {
    return 'worked';
  }
  @Manual() failing() {
    throw error;
  }
  @Every('10s') where() {
    return storage.getStore();
  }
  @Manual() observed() {
    return defer(() => of(storage.getStore()));
  }
  @UseGuards({ canActivate: () => false }) @Manual() refused() {}
}

const outcomeOf = async (name: string, around: Around) => {
  kit ??= await startApp([Tasks], { options: { around } });
  return (await kit.trigger(`Tasks.${name}`)).outcome;
};

describe('the around hook', () => {
  it('is called around each attempt, those by schedule and the retried ones, with its context', async () => {
    const heard: string[] = [];
    @Injectable()
    class Retried {
      @Every('10s')
      @Retry(1, { delay: '1s' })
      work({ attempt }: TaskContext) {
        heard.push('handler');
        if (attempt === 1) throw error;
      }
    }
    const around: Around = async ({ taskName, attempt }, next) => {
      heard.push(`${taskName} ${attempt}`);
      await next().catch(() => heard.push('failed'));
      heard.push('after');
    };

    kit = await startApp([Retried], { options: { around } });
    await kit.advanceBy('11s');

    expect(heard).toEqual([
      'Retried.work 1',
      'handler',
      'failed',
      'after',
      'Retried.work 2',
      'handler',
      'after',
    ]);
    expect((await kit.runs('Retried.work'))[0]!.attempts).toMatchObject([
      { outcome: { kind: 'failure', error } },
      { outcome: { kind: 'success' } },
    ]);
  });

  it('brings its async context to the handler, to what is made for it, and to its Observables', async () => {
    const seen: Record<string, unknown> = {};
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      constructor() {
        seen['constructor'] = storage.getStore();
      }
      @UseGuards({ canActivate: () => ((seen['guard'] = storage.getStore()), true) })
      @UseInterceptors({
        intercept: (_, next) => ((seen['interceptor'] = storage.getStore()), next.handle()),
      })
      @Manual()
      async work() {
        await Promise.resolve();
        seen['handler'] = storage.getStore();
      }
    }
    const around: Around = ({ taskName }, next) => storage.run(taskName, next);

    kit = await startApp([Tasks, Scoped], { options: { around } });
    await kit.advanceBy('10s');
    const observed = await kit.trigger('Tasks.observed');
    await kit.trigger('Scoped.work');

    const name = 'Scoped.work';
    expect((await kit.runs('Tasks.where'))[0]!.outcome).toMatchObject({ result: 'Tasks.where' });
    expect(observed.outcome).toMatchObject({ result: 'Tasks.observed' });
    expect(seen).toEqual({ constructor: name, guard: name, interceptor: name, handler: name });
    expect(storage.getStore()).toBeUndefined();
  });

  it('changes neither the result nor the failure of the handler, whatever it returns or catches', async () => {
    const around: Around = async (_, next) => {
      await next().catch(() => undefined);
      return 'another';
    };

    expect(await outcomeOf('work', around)).toEqual({ kind: 'success', result: 'worked' });
    expect(await outcomeOf('failing', around)).toEqual({ kind: 'failure', error });
  });

  it('fails the attempt with what it throws, before or after the handler, which ends first', async () => {
    let open = () => {};
    let ended = 0;
    @Injectable()
    class Slow {
      @Manual() async work() {
        await new Promise<void>(resolve => (open = resolve));
        ended++;
      }
    }
    const around: Around = ({ payload }, next) => {
      if (payload === 'after') void next();
      throw error;
    };

    kit = await startApp([Slow], { options: { around } });
    const before = await kit.trigger('Slow.work', 'before');
    const run = await kit.registry.trigger('Slow.work', 'after');
    const after = run.finished().then(({ outcome }) => [outcome, ended]);
    open();

    expect(before.outcome).toEqual({ kind: 'failure', error });
    expect(await after).toEqual([{ kind: 'failure', error }, 1]);
  });

  it('that never calls next() fails the attempt and says so', async () => {
    expect(await outcomeOf('work', () => undefined)).toMatchObject({
      error: {
        message: 'Tasks.work: the `around` hook expects to call next() once, and called it never.',
        calls: 'never',
      },
    });
  });

  it('that calls next() twice fails the attempt, and the handler is called once', async () => {
    let called = 0;
    kit = await startApp([], {
      options: {
        async around(_, next) {
          await next();
          await next();
        },
      },
    });
    kit.scheduler.addTask({ name: 'once', run: () => void called++ });

    expect((await kit.trigger('once')).outcome).toMatchObject({
      error: { message: 'once: the `around` hook expects to call next() once, and called it twice.' },
    });
    expect(called).toBe(1);
  });

  it.each<[string, Around]>([
    [
      'without waiting',
      (_, next) => {
        void next();
        void next();
      },
    ],
    [
      'and catches what comes of it',
      async (_, next) => {
        const first = next();
        await next().catch(() => undefined);
        return first;
      },
    ],
  ])('that calls next() twice %s fails the attempt all the same', async (_, around) => {
    expect(await outcomeOf('work', around)).toMatchObject({ kind: 'failure', error: { calls: 'twice' } });
    expect(await outcomeOf('failing', around)).toMatchObject({ kind: 'failure', error: { calls: 'twice' } });
  });

  it('that calls next() when it has settled calls no handler, which would run beside the next attempt', async () => {
    let called = 0;
    let late: Promise<unknown> | undefined;
    const around: Around = (_, next) => {
      setImmediate(() => (late ??= next()));
    };

    kit = await startApp([], { options: { around } });
    kit.scheduler.addTask({ name: 'once', run: () => void called++ });
    const { outcome } = await kit.trigger('once');
    await new Promise(resolve => setTimeout(resolve));

    expect(outcome).toMatchObject({ kind: 'failure', error: { calls: 'never' } });
    await expect(late).rejects.toThrow(
      'once: the `around` hook expects to call next() once, and called it when it had settled already.',
    );
    expect(called).toBe(0);
  });

  it('that drops what next() gives it leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', reason => unhandled.push(reason));
    const around: Around = async (_, next) => {
      void next();
      void next();
      await new Promise(resolve => setImmediate(resolve));
      setImmediate(() => void next());
    };

    const outcome = await outcomeOf('failing', around);
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve));
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);

    expect(outcome.kind).toBe('failure');
    expect(unhandled).toEqual([]);
  });

  it.each<[string, Around]>([
    ['lets it through', (_, next) => next()],
    ['catches it', (_, next) => next().catch(() => undefined)],
    [
      'throws another error',
      (_, next) =>
        next().catch(() => {
          throw error;
        }),
    ],
  ])('leaves the refusal of a guard what it is, when it %s', async (_, around) => {
    expect(await outcomeOf('refused', around)).toMatchObject({ kind: 'skipped', reason: 'guard' });
  });

  it('calls no handler when the attempt has ended before', async () => {
    let open = () => {};
    let called = 0;
    @Injectable()
    class Slow {
      @Manual({ timeout: '1s' }) work() {
        called++;
      }
    }
    const around: Around = async (_, next) => {
      await new Promise<void>(resolve => (open = resolve));
      await next();
    };

    kit = await startApp([Slow], { options: { around } });
    const { outcome } = await kit.trigger('Slow.work');
    open();
    await new Promise(resolve => setImmediate(resolve));

    expect(outcome.kind).toBe('timeout');
    expect(called).toBe(0);
  });

  it('is a function, or the app does not start', async () => {
    const options = { around: 'cls' as unknown as Around };

    expect((await bootError([], { options })).message).toBe(
      "StsModule.forRoot(): around expects a function of the context and next, got 'cls'.",
    );
  });
});
