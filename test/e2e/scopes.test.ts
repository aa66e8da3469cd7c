import {
  forwardRef,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, ModuleRef, REQUEST } from '@nestjs/core';
import {
  currentRun,
  Every,
  Manual,
  Retry,
  SchedulerRegistry,
  StsModule,
  Task,
  TaskContext,
  TaskScheduler,
  type Around,
} from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const failure = (error: unknown) => ({ kind: 'failure', error });

describe('a task of a request-scoped provider', () => {
  it('has a fresh instance for each attempt, with its context as the REQUEST', async () => {
    const seen: [number, number, boolean][] = [];
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      readonly number = ++made;
      constructor(@Inject(REQUEST) readonly request: TaskContext) {}
      @Every('10s')
      @Retry(1, { delay: '1s' })
      poll(context: TaskContext) {
        seen.push([this.number, this.request.attempt, this.request === context]);
        if (context.attempt === 1) throw new Error('once');
      }
    }

    kit = await startApp([Tasks]);
    expect(made).toBe(0);
    await kit.advanceBy('21s');

    expect(seen).toEqual([
      [1, 1, true],
      [2, 2, true],
      [3, 1, true],
      [4, 2, true],
    ]);
    expect((await kit.runs('Tasks.poll')).map(({ outcome }) => outcome?.kind)).toEqual([
      'success',
      'success',
    ]);
    expect((await kit.registry.stats()).unaccounted).toBe(0);
  });

  it('takes the result of the handler, of an Observable the last value', async () => {
    const { of } = await import('rxjs');
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      @Manual() plain() {
        return 1;
      }
      @Manual() observable() {
        return of(1, 2, 3);
      }
    }

    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.plain')).outcome).toEqual({ kind: 'success', result: 1 });
    expect((await kit.trigger('Tasks.observable')).outcome).toEqual({ kind: 'success', result: 3 });
  });

  it('fails with what its constructor throws, and is retried with another instance', async () => {
    let made = 0;
    const error = new Error('no database');
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      constructor() {
        if (++made < 3) throw error;
      }
      @Manual()
      @Retry(2)
      work() {
        return 'done';
      }
    }

    kit = await startApp([Tasks]);
    const { attempts, outcome } = await kit.trigger('Tasks.work');

    expect(attempts.map(attempt => attempt.outcome)).toEqual([
      failure(error),
      failure(error),
      { kind: 'success', result: 'done' },
    ]);
    expect(outcome.kind).toBe('success');
  });

  it('is a Task class too, and finds its run and its DI context wherever it is', async () => {
    const found: unknown[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class Shared {}
    @Injectable({ scope: Scope.REQUEST })
    @Every('10s')
    class CleanUp extends Task {
      readonly #madeWithin = currentRun();
      constructor(
        readonly shared: Shared,
        readonly modules: ModuleRef,
      ) {
        super();
      }
      async run(context: TaskContext) {
        const again = await this.modules.resolve(Shared, ContextIdFactory.getByRequest(context));
        found.push(this.#madeWithin === context, again === this.shared);
      }
    }

    kit = await startApp([CleanUp, Shared]);
    await kit.advanceBy('10s');

    expect(found).toEqual([true, true]);
  });

  it('has a DI context of its own from its constructor on, which a singleton has not', async () => {
    const ids: Record<string, unknown[]> = {
      around: [],
      guard: [],
      constructor: [],
      handler: [],
      singleton: [],
    };
    const note = (place: string, context: TaskContext<unknown>) =>
      ids[place]!.push(ContextIdFactory.getByRequest(context), ContextIdFactory.getByRequest(context));
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      constructor(@Inject(REQUEST) context: TaskContext) {
        note('constructor', context);
      }
      @UseGuards({ canActivate: execution => (note('guard', execution.getArgByIndex(0)), true) })
      @Manual()
      work(context: TaskContext) {
        note('handler', context);
      }
    }
    @Injectable()
    class Singleton {
      @Manual() work(context: TaskContext) {
        note('singleton', context);
      }
    }
    const around: Around = (context, next) => {
      note('around', context);
      return next();
    };

    kit = await startApp([Tasks, Singleton], { options: { around } });
    await kit.trigger('Tasks.work');
    const ofTasks = new Set([...ids['constructor']!, ...ids['guard']!, ...ids['handler']!]);
    const before = new Set(ids['around']);
    await kit.trigger('Singleton.work');

    expect(ofTasks.size).toBe(1);
    expect(before.size).toBe(2);
    expect([...before].filter(id => ofTasks.has(id))).toEqual([]);
    expect(new Set(ids['singleton']).size).toBe(2);
  });

  it('is not called when its attempt has ended before the instance was made', async () => {
    const called: string[] = [];
    let open = () => {};
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      constructor(@Inject('slow') readonly slow: unknown) {}
      @Manual({ timeout: '1s' }) work() {
        called.push('work');
      }
    }
    const slow = {
      provide: 'slow',
      scope: Scope.REQUEST,
      useFactory: () => new Promise<void>(resolve => (open = resolve)),
    };

    kit = await startApp([Tasks, slow]);
    const { outcome } = await kit.trigger('Tasks.work');
    open();
    await new Promise(resolve => setImmediate(resolve));

    expect(outcome).toEqual({ kind: 'timeout', timeoutMs: 1_000 });
    expect(called).toEqual([]);
  });
});

describe('a task', () => {
  it('has a fresh instance too when its provider is transient, or depends on what is made per request', async () => {
    const made = { transient: 0, dependency: 0, dependent: 0, deep: 0 };
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientTasks {
      readonly number = ++made.transient;
      @Every('10s') poll() {
        return this.number;
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class Dependency {
      readonly number = ++made.dependency;
    }
    @Injectable()
    class Between {
      constructor(readonly dependency: Dependency) {}
    }
    @Injectable()
    class DependentTasks {
      readonly number = ++made.dependent;
      constructor(
        readonly between: Between,
        readonly dependency: Dependency,
      ) {}
      @Every('10s') poll() {
        return [this.number, this.dependency.number, this.between.dependency === this.dependency];
      }
    }

    kit = await startApp([TransientTasks, DependentTasks, Between, Dependency]);
    made.transient = 0;
    await kit.advanceBy('20s');

    const results = async (name: string) =>
      (await kit!.runs(name)).map(({ outcome }) => (outcome as { result?: unknown }).result);
    expect(await results('TransientTasks.poll')).toEqual([1, 2]);
    expect(await results('DependentTasks.poll')).toEqual([
      [1, 1, true],
      [2, 2, true],
    ]);
  });

  it('has the one instance of a singleton, which may depend on transient ones', async () => {
    let made = 0;
    @Injectable({ scope: Scope.TRANSIENT })
    class Helper {
      readonly number = ++made;
    }
    @Injectable()
    class Tasks {
      constructor(readonly helper: Helper) {}
      @Every('10s') poll() {
        return this.helper.number;
      }
    }

    kit = await startApp([Tasks, Helper]);
    await kit.advanceBy('30s');

    expect(made).toBe(1);
    expect((await kit.runs('Tasks.poll')).map(({ outcome }) => outcome)).toEqual(
      [1, 2, 3].map(() => ({ kind: 'success', result: 1 })),
    );
  });

  it.each([
    ['what it gives as the payload', true],
    ['no REQUEST, rather than that of another run,', false],
  ])('of a durable provider shares what a strategy maps to it, with %s', async (_, hasPayload) => {
    const made: unknown[] = [];
    const tenants = new Map(['a', 'b'].map(tenant => [tenant, ContextIdFactory.create()]));
    const strategies = ContextIdFactory as unknown as { strategy: unknown };
    ContextIdFactory.apply({
      attach(contextId, { payload: tenant }: TaskContext<string>) {
        const resolve = ({ isTreeDurable }: { isTreeDurable: boolean }) =>
          isTreeDurable ? tenants.get(tenant)! : contextId;
        return hasPayload ? { resolve, payload: { tenant } } : resolve;
      },
    });
    onTestFinished(() => (strategies.strategy = undefined));
    @Injectable({ scope: Scope.REQUEST, durable: true })
    class Connection {
      readonly number: number;
      constructor(@Inject(REQUEST) request: unknown) {
        this.number = made.push(request);
      }
    }
    @Injectable()
    class Tasks {
      constructor(readonly connection: Connection) {}
      @Manual() work({ payload }: TaskContext<string>) {
        return `${payload} by ${this.connection.number}`;
      }
    }

    kit = await startApp([Tasks, Connection]);
    const results: unknown[] = [];
    for (const tenant of ['a', 'b', 'a', 'b']) {
      const { outcome } = await kit.trigger('Tasks.work', tenant);
      results.push((outcome as { result?: unknown }).result);
    }

    expect(results).toEqual(['a by 1', 'b by 2', 'a by 1', 'b by 2']);
    expect(made).toEqual(hasPayload ? [{ tenant: 'a' }, { tenant: 'b' }] : [undefined, undefined]);
  });

  it('is found where providers depend on one another in a circle', async () => {
    @Injectable()
    class First {
      constructor(@Inject(forwardRef(() => Second)) readonly second: { name: string }) {}
      @Every('10s') poll() {
        return this.second.name;
      }
    }
    @Injectable()
    class Second {
      readonly name = 'second';
      constructor(@Inject(forwardRef(() => First)) readonly first: First) {}
      @Every('10s') poll() {
        return this.first instanceof First;
      }
    }

    kit = await startApp([First, Second]);
    await kit.advanceBy('10s');

    expect((await kit.runs('First.poll'))[0]!.outcome).toMatchObject({ result: 'second' });
    expect((await kit.runs('Second.poll'))[0]!.outcome).toMatchObject({ result: true });
  });

  it('is found once in a class that other modules import, re-export, or get from a dynamic module', async () => {
    @Injectable()
    class Tasks {
      @Every('10s') poll() {}
    }
    @Module({ providers: [Tasks], exports: [Tasks] })
    class TasksModule {}
    @Module({ imports: [TasksModule], exports: [TasksModule] })
    class AgainModule {}
    @Injectable()
    class DynamicTasks {
      constructor(@Inject('period') readonly period: string) {}
      @Every('10s') poll() {
        return this.period;
      }
    }
    @Module({})
    class DynamicModule {
      static register(period: string) {
        const providers = [DynamicTasks, { provide: 'period', useValue: period }];
        return { module: DynamicModule, providers, exports: providers };
      }
    }
    const dynamic = DynamicModule.register('1m');
    @Module({ imports: [TasksModule, AgainModule, dynamic] })
    class ConsumerModule {
      constructor(
        readonly tasks: Tasks,
        readonly dynamicTasks: DynamicTasks,
      ) {}
    }

    kit = await startApp([], { imports: [TasksModule, AgainModule, ConsumerModule, dynamic] });
    await kit.advanceBy('10s');

    expect(
      kit.registry
        .list()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['DynamicTasks.poll', 'Tasks.poll']);
    expect((await kit.runs('DynamicTasks.poll'))[0]!.outcome).toMatchObject({ result: '1m' });
  });

  it('of a request-scoped provider may inject the scheduler and its registry', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tasks {
      constructor(
        readonly registry: SchedulerRegistry,
        readonly scheduler: TaskScheduler,
      ) {}
      @Manual() work() {
        return this.registry.has('Tasks.work') && this.scheduler instanceof TaskScheduler;
      }
    }

    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.work')).outcome).toEqual({ kind: 'success', result: true });
  });

  it('of a lazy-loaded module has its scope and its enhancers too', async () => {
    @Injectable()
    class Guard {
      canActivate(execution: ExecutionContext) {
        return execution.getArgByIndex<TaskContext>(0).payload === 'let me in';
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class LazyTasks {
      constructor(@Inject(REQUEST) readonly request: TaskContext) {}
      @UseGuards(Guard) @Manual() work() {
        return this.request.payload;
      }
    }
    @Module({ imports: [StsModule.forFeature()], providers: [LazyTasks] })
    class LazyModule {}
    kit = await startApp([]);

    await kit.app.get(LazyModuleLoader).load(() => LazyModule);
    const refused = await kit.trigger('LazyTasks.work');
    const passed = await kit.trigger('LazyTasks.work', 'let me in');

    expect(refused.outcome).toMatchObject({ kind: 'skipped', reason: 'guard' });
    expect(passed.outcome).toEqual({ kind: 'success', result: 'let me in' });
  });
});
