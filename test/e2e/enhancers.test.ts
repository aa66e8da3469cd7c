import {
  Catch,
  Inject,
  Injectable,
  Scope,
  SetMetadata,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, REQUEST, Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  Every,
  InvalidOptionError,
  Manual,
  NonRetryableError,
  Retry,
  SchedulerRegistry,
  Task,
  TaskContext,
  TaskScheduler,
  type StsModuleOptions,
} from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { EMPTY, map, of, tap, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { appModule, bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const success = (result?: unknown) => ({ kind: 'success', result });
const failure = (error: unknown) => ({ kind: 'failure', error });
const typesOf = (name: string) =>
  kit!.events().flatMap(event => ('run' in event && event.run.taskName === name ? [event.type] : []));

/** A guard that answers so. */
const guard = (answer: CanActivate['canActivate']): CanActivate => ({ canActivate: answer });
const interceptor = (intercept: NestInterceptor['intercept']): NestInterceptor => ({ intercept });

describe('guards', () => {
  it('are asked with the type sts, the context as the argument, the class and the method', async () => {
    const Roles = (role: string) => SetMetadata('role', role);
    const asked: unknown[] = [];
    @Injectable()
    class Guard implements CanActivate {
      constructor(readonly reflector: Reflector) {}
      canActivate(execution: ExecutionContext) {
        const [context] = execution.getArgs<[TaskContext]>();
        asked.push(
          execution.getType<string>(),
          execution.getArgs().length,
          context.taskName,
          execution.getClass().name,
          execution.getHandler() === Tasks.prototype.poll,
          this.reflector.get('role', execution.getHandler()),
        );
        return true;
      }
    }
    @Injectable()
    class Tasks {
      readonly name = 'tasks';
      @Every('10s')
      @Roles('admin')
      @UseGuards(Guard)
      poll(context: TaskContext) {
        return [this.name, context.taskName];
      }
    }

    kit = await startApp([Tasks]);
    await kit.advanceBy('10s');

    expect(asked).toEqual(['sts', 1, 'Tasks.poll', 'Tasks', true, 'admin']);
    const [run] = await kit.runs('Tasks.poll');
    expect(run!.outcome).toEqual(success(['tasks', 'Tasks.poll']));
    expect(typesOf('Tasks.poll')).toEqual(['runStarted', 'runFinished']);
  });

  it.each<[string, CanActivate['canActivate'], string | null]>([
    ['false', () => false, null],
    ['a promise of false', async () => false, null],
    ['an Observable of false', () => of(false), null],
    [
      'a 401',
      () => {
        throw new UnauthorizedException('no token');
      },
      'no token',
    ],
  ])('that answer with %s skip the run, and it is not retried', async (_, answer, detail) => {
    let called = 0;
    @Injectable()
    class Tasks {
      @Every('10s')
      @Retry(5)
      @UseGuards(guard(answer))
      poll() {
        called++;
      }
    }

    kit = await startApp([Tasks]);
    await kit.advanceBy('1m');

    const runs = await kit.runs('Tasks.poll');
    expect(called).toBe(0);
    expect(runs).toHaveLength(6);
    expect(runs[0]).toMatchObject({ startedAt: null, attempts: [] });
    expect(runs[0]!.outcome).toMatchObject({ kind: 'skipped', reason: 'guard', count: 1, detail });
    expect(new Set(typesOf('Tasks.poll'))).toEqual(new Set(['runSkipped']));
    const { items } = await kit.registry.runs('Tasks.poll');
    expect(items.map(({ outcome }) => outcome)).toMatchObject([{ reason: 'guard', count: 6 }]);
    const stats = await kit.registry.stats();
    expect(stats).toMatchObject({ due: 6, skipped: { guard: 6 }, going: 0, unaccounted: 0 });
  });

  it('are obeyed by runs by hand too, and free the slot of a run that they refuse', async () => {
    let isOpen = false;
    @Injectable()
    @UseGuards(guard(() => isOpen))
    class Tasks {
      @Manual() work() {
        return 'worked';
      }
    }

    kit = await startApp([Tasks]);
    const refused = await kit.trigger('Tasks.work');
    isOpen = true;
    const run = await kit.trigger('Tasks.work');

    expect(refused.outcome).toMatchObject({ kind: 'skipped', reason: 'guard' });
    expect(run.outcome).toEqual(success('worked'));
    expect(kit.registry.get('Tasks.work')).toMatchObject({ running: 0, waiting: 0 });
    expect((await kit.registry.explain('Tasks.work', refused.dueAt)).kind).not.toBe('unknown');
  });

  it('that throw otherwise fail the attempt, which is retried', async () => {
    const error = new Error('no database');
    let asked = 0;
    @Injectable()
    class Tasks {
      @Manual()
      @Retry(1)
      @UseGuards(
        guard(() => {
          if (++asked === 1) throw error;
          return true;
        }),
      )
      work() {}
    }

    kit = await startApp([Tasks]);
    const { attempts } = await kit.trigger('Tasks.work');

    expect(attempts.map(({ outcome }) => outcome)).toEqual([failure(error), success()]);
    expect(typesOf('Tasks.work')).toEqual(['runStarted', 'attemptFailed', 'runFinished']);
  });

  it('that refuse a retry end the run as its last attempt ended, and its log says so', async () => {
    const error = new Error('broken');
    @Injectable()
    class Tasks {
      @Manual()
      @Retry(5)
      @UseGuards(guard(execution => execution.getArgByIndex<TaskContext>(0).attempt === 1))
      work() {
        throw error;
      }
    }

    kit = await startApp([Tasks]);
    const { attempts, outcome, log } = await kit.trigger('Tasks.work');

    expect(attempts).toHaveLength(1);
    expect(outcome).toEqual(failure(error));
    expect(log).toMatchObject([{ attempt: 2, message: 'A guard refused another attempt.' }]);
  });

  it('that think too long end in the timeout, and the handler is not called any more', async () => {
    let called = 0;
    let open: (answer: boolean) => void = () => {};
    @Injectable()
    class Tasks {
      @Manual({ timeout: '1s' })
      @UseGuards(guard(() => new Promise<boolean>(resolve => (open = resolve))))
      work() {
        called++;
      }
    }

    kit = await startApp([Tasks]);
    const run = await kit.registry.trigger('Tasks.work');
    await kit.advanceBy('1s');
    open(true);
    await new Promise(resolve => setImmediate(resolve));

    expect((await run.finished()).outcome).toEqual({ kind: 'timeout', timeoutMs: 1_000 });
    expect(called).toBe(0);
    expect(typesOf('Tasks.work')).toEqual(['runStarted', 'runFinished']);
  });

  it('that refuse do not count for maxRuns', async () => {
    let asked = 0;
    @Injectable()
    class Tasks {
      @Every('10s', { maxRuns: 2 })
      @UseGuards(guard(() => ++asked > 2))
      poll() {}
    }

    kit = await startApp([Tasks]);
    await kit.advanceBy('1m');

    const kinds = (await kit.runs('Tasks.poll')).map(({ outcome }) => outcome?.kind);
    expect(kinds).toEqual(['skipped', 'skipped', 'success', 'success']);
  });
});

describe('interceptors', () => {
  it('wrap the handler, may change its result, and see what an Observable emits', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Wrap implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler) {
        seen.push('before');
        return next.handle().pipe(
          tap(value => seen.push(value)),
          map(value => `wrapped ${String(value)}`),
        );
      }
    }
    @Injectable()
    @UseInterceptors(Wrap)
    class Tasks {
      @Manual() observable() {
        return of(1, 2);
      }
      @Manual() async promise() {
        return 3;
      }
    }

    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.observable')).outcome).toEqual(success('wrapped 2'));
    expect((await kit.trigger('Tasks.promise')).outcome).toEqual(success('wrapped 3'));
    expect(seen).toEqual(['before', 1, 2, 'before', 3]);
  });

  it('that emit nothing end in a success without a result', async () => {
    @Injectable()
    class Tasks {
      @UseInterceptors(interceptor(() => EMPTY))
      @Manual()
      work() {
        return 1;
      }
    }

    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.work')).outcome).toEqual(success());
  });

  it.each<[string, (error: Error) => NestInterceptor['intercept']]>([
    [
      'throws',
      error => () => {
        throw error;
      },
    ],
    ['emits an error', error => () => throwError(() => error)],
  ])('one that %s fails the attempt', async (_, fails) => {
    const error = new Error('intercepted');
    @Injectable()
    class Tasks {
      @UseInterceptors(interceptor(fails(error)))
      @Manual()
      @Retry(1)
      work() {
        return 1;
      }
    }

    kit = await startApp([Tasks]);
    const { attempts, outcome } = await kit.trigger('Tasks.work');

    expect(outcome).toEqual(failure(error));
    expect(attempts).toHaveLength(2);
  });

  it('are unsubscribed from when the attempt times out', async () => {
    const { NEVER, finalize } = await import('rxjs');
    let ended = 0;
    @Injectable()
    class Tasks {
      @UseInterceptors(interceptor((__, next) => next.handle().pipe(finalize(() => ended++))))
      @Manual({ timeout: '1s' })
      work() {
        return NEVER;
      }
    }

    kit = await startApp([Tasks]);
    const { outcome } = await kit.trigger('Tasks.work');

    expect(outcome.kind).toBe('timeout');
    expect(ended).toBe(1);
  });
});

describe('exception filters', () => {
  it('see the error with its context, and the outcome is a failure whatever they return', async () => {
    const seen: unknown[] = [];
    const error = new TypeError('broken');
    @Catch(TypeError)
    class Filter implements ExceptionFilter {
      catch(exception: unknown, host: ArgumentsHost) {
        seen.push(exception, host.getType(), host.getArgByIndex<TaskContext>(0).taskName);
        return 'all is well';
      }
    }
    @Injectable()
    class Tasks {
      @UseFilters(Filter)
      @Manual()
      @Retry(1)
      work() {
        throw error;
      }
    }

    kit = await startApp([Tasks]);
    const { attempts, outcome } = await kit.trigger('Tasks.work');

    expect(outcome).toEqual(failure(error));
    expect(attempts).toHaveLength(2);
    expect(seen).toEqual([error, 'sts', 'Tasks.work', error, 'sts', 'Tasks.work']);
  });

  it('may put an error in the place of another, such as one that is not retried', async () => {
    @Catch()
    class Filter implements ExceptionFilter {
      catch(exception: unknown) {
        throw new NonRetryableError('gone', { cause: exception });
      }
    }
    @Injectable()
    class Tasks {
      @UseFilters(Filter)
      @Manual()
      @Retry(5)
      async work() {
        throw new Error('404');
      }
    }

    kit = await startApp([Tasks]);
    const { attempts, outcome } = await kit.trigger('Tasks.work');

    expect(attempts).toHaveLength(1);
    expect(outcome).toEqual(failure(new NonRetryableError('gone')));
  });

  it('are not asked about what a guard refuses, nor about errors of a type that is not theirs', async () => {
    const asked: string[] = [];
    @Catch(RangeError)
    class RangeFilter implements ExceptionFilter {
      catch() {
        asked.push('range');
      }
    }
    @Catch()
    class AnyFilter implements ExceptionFilter {
      catch(exception: unknown) {
        asked.push(String(exception));
      }
    }
    @Injectable()
    class Tasks {
      @UseGuards(guard(() => false)) @UseFilters(AnyFilter) @Manual() refused() {}
      @UseFilters(AnyFilter, RangeFilter) @Manual() failing() {
        throw new TypeError('other');
      }
    }

    kit = await startApp([Tasks]);

    expect((await kit.trigger('Tasks.refused')).outcome).toMatchObject({ reason: 'guard' });
    expect((await kit.trigger('Tasks.failing')).outcome).toEqual(failure(new TypeError('other')));
    expect(asked).toEqual(['TypeError: other']);
  });
});

describe('enhancers', () => {
  it('of default scope are made once, of request scope for each attempt with the context as REQUEST', async () => {
    const made: string[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class ScopedInterceptor implements NestInterceptor {
      constructor(@Inject(REQUEST) readonly request: TaskContext) {
        made.push(`interceptor ${request.attempt}`);
      }
      intercept(execution: ExecutionContext, next: CallHandler) {
        expect(execution.getArgByIndex(0)).toBe(this.request);
        return next.handle();
      }
    }
    @Injectable()
    class Guard implements CanActivate {
      constructor() {
        made.push('guard');
      }
      canActivate() {
        return true;
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class TransientGuard extends Guard {}
    @Injectable()
    class Tasks {
      @UseGuards(Guard, TransientGuard)
      @UseInterceptors(ScopedInterceptor)
      @Manual()
      @Retry(1)
      work({ attempt }: TaskContext) {
        if (attempt === 1) throw new Error('once');
        return this instanceof Tasks;
      }
    }

    kit = await startApp([Tasks]);
    made.length = 0;
    const { outcome } = await kit.trigger('Tasks.work');

    expect(outcome).toEqual(success(true));
    expect(made.filter(name => name.startsWith('interceptor'))).toEqual(['interceptor 1', 'interceptor 2']);
  });

  it('cost a task without any nothing: its handler is called within the start of its run', async () => {
    const heard: string[] = [];
    @Injectable()
    class Tasks {
      @Manual() plain() {}
      @UseInterceptors(interceptor((_, next) => next.handle()))
      @Manual()
      wrapped() {}
    }
    kit = await startApp([Tasks]);
    kit.registry.events$.subscribe(({ type }) => {
      if (type === 'runStarted') queueMicrotask(() => heard.push('later'));
      if (type === 'runFinished') heard.push('finished');
    });

    await kit.trigger('Tasks.plain');
    await kit.trigger('Tasks.wrapped');

    expect(heard).toEqual(['finished', 'later', 'later', 'finished']);
  });

  it('stand on a Task class, on an inherited method, and on what two triggers share', async () => {
    const passed: string[] = [];
    const note = interceptor((execution, next) => {
      passed.push(execution.getClass().name);
      return next.handle();
    });
    @Injectable()
    @UseInterceptors(note)
    @Every('10s')
    class CleanUp extends Task {
      run() {}
    }
    abstract class Base {
      @UseInterceptors(note) @Every('10s') inherited() {}
      @UseInterceptors(note) @Every('10s') overridden() {}
    }
    @Injectable()
    class Child extends Base {
      @Every('10s') override overridden() {}
    }

    kit = await startApp([CleanUp, Child]);
    await kit.advanceBy('10s');

    expect(passed.toSorted()).toEqual(['Child', 'CleanUp']);
  });

  it('on a provider with another token are found in its module', async () => {
    let asked = 0;
    @Injectable()
    class Answer {
      readonly value = true;
    }
    @Injectable()
    class Guard implements CanActivate {
      constructor(readonly answer: Answer) {}
      canActivate() {
        asked++;
        return this.answer.value;
      }
    }
    class Tasks {
      @UseGuards(Guard) @Manual() work() {}
    }

    kit = await startApp([{ provide: 'tasks', useClass: Tasks }, Answer]);

    expect((await kit.trigger('Tasks.work')).outcome).toEqual(success());
    expect(asked).toBe(1);
  });
});

describe('enhancers given by their class', () => {
  const key = Symbol('poll');
  const asked: string[] = [];
  @Injectable()
  class Guard implements CanActivate {
    canActivate(execution: ExecutionContext) {
      asked.push(execution.getArgByIndex<TaskContext>(0).taskName);
      return true;
    }
  }

  it('are refused on a method that is named by a symbol, made for another method or not', async () => {
    @Injectable()
    class Tasks {
      @UseGuards(Guard) @Manual() [key]() {}
    }
    @Injectable()
    class Both {
      @UseGuards(Guard) @Manual() work() {}
      @UseGuards(Guard) @Manual() [key]() {}
    }

    expect((await bootError([Tasks])).message).toBe(
      'Tasks.Symbol(poll): @Manual expects enhancers that Nest makes, got Guard on a method that is named by a symbol, ' +
        'where Nest finds and makes none. Name the method with a text, or give instances of enhancers.',
    );
    expect((await bootError([Both])).message).toMatch(/^Both\.Symbol\(poll\): @Manual expects enhancers/);
  });

  it('run around such a method when they stand on the class, as instances do anywhere', async () => {
    asked.length = 0;
    @Injectable()
    @UseGuards(Guard)
    class Tasks {
      @Manual() [key]() {}
    }
    @Injectable()
    class WithInstance {
      @UseGuards(new Guard()) @Manual() [key]() {}
    }

    kit = await startApp([Tasks, WithInstance]);
    await kit.trigger('Tasks.Symbol(poll)');
    await kit.trigger('WithInstance.Symbol(poll)');

    expect(asked).toEqual(['Tasks.Symbol(poll)', 'WithInstance.Symbol(poll)']);
  });

  it('are refused on a class that a test puts in the place of a provider without them', async () => {
    @Injectable()
    class Tasks {
      @Manual() work() {}
    }
    class Guarded {
      @UseGuards(Guard) @Manual() work() {}
    }
    const builder = Test.createTestingModule({ imports: [appModule([Tasks])] });

    const started = builder
      .overrideProvider(Tasks)
      .useClass(Guarded)
      .compile()
      .then(app => app.init());

    await expect(started).rejects.toThrow(/^Guarded\.work: @Manual expects enhancers .* Give instances/);
  });
});

describe('global enhancers', () => {
  const asked: string[] = [];
  @Injectable()
  class HttpGuard implements CanActivate {
    canActivate(execution: ExecutionContext) {
      asked.push('guard');
      const { headers } = execution.switchToHttp().getRequest<{ headers: Record<string, string> }>();
      return headers['authorization'] !== undefined;
    }
  }
  @Injectable()
  class Note implements NestInterceptor {
    intercept(_: ExecutionContext, next: CallHandler) {
      asked.push('interceptor');
      return next.handle();
    }
  }
  @Catch()
  class Filter implements ExceptionFilter {
    catch() {
      asked.push('filter');
    }
  }
  @Injectable()
  class Tasks {
    @Manual() plain() {
      return 1;
    }
    @UseInterceptors(interceptor((_, next) => next.handle()))
    @Manual()
    wrapped() {
      return 2;
    }
    @UseGuards(guard(() => false))
    @Manual({ enhancers: 'none' })
    bare() {
      return 3;
    }
    @Manual({ enhancers: 'all' }) all() {
      return 4;
    }
  }
  const globals: Provider[] = [
    { provide: APP_GUARD, useClass: HttpGuard },
    { provide: APP_INTERCEPTOR, useClass: Note },
    { provide: APP_FILTER, useClass: Filter },
  ];
  const start = async (providers: Provider[], options: StsModuleOptions = {}) => {
    asked.length = 0;
    kit = await startApp([Tasks, ...providers], { options });
  };

  it('that expect HTTP leave tasks alone, those with enhancers of their own too', async () => {
    await start(globals);

    expect((await kit!.trigger('Tasks.plain')).outcome).toEqual(success(1));
    expect((await kit!.trigger('Tasks.wrapped')).outcome).toEqual(success(2));
    expect((await kit!.trigger('Tasks.bare')).outcome).toEqual(success(3));
    expect(asked).toEqual([]);
  });

  it("run with enhancers: 'all', by the task's or the module's word", async () => {
    await start(globals);
    const failed = await kit!.trigger('Tasks.all');
    expect(failed.outcome).toMatchObject({ kind: 'failure', error: expect.any(TypeError) as Error });
    expect(asked).toEqual(['guard', 'filter']);
    await kit!.close();

    await start(globals.slice(1), { enhancers: 'all' });
    expect((await kit!.trigger('Tasks.plain')).outcome).toEqual(success(1));
    expect((await kit!.trigger('Tasks.bare')).outcome).toEqual(success(3));
    expect(asked).toEqual(['interceptor']);
  });

  it("run with 'all' when the app was given them after its start, too", async () => {
    asked.length = 0;
    const module = await Test.createTestingModule({ imports: [appModule([Tasks])] }).compile();
    const app = await module.createNestApplication().init();
    app.useGlobalInterceptors(new Note());

    const run = await app.get(SchedulerRegistry).trigger('Tasks.all');
    const { outcome } = await run.finished();
    await app.close();

    expect(outcome).toEqual(success(4));
    expect(asked).toEqual(['interceptor']);
  });

  it("run with 'all' when they are made per request, too", async () => {
    const made: string[] = [];
    @Injectable({ scope: Scope.REQUEST })
    class ScopedGuard implements CanActivate {
      constructor(@Inject(REQUEST) readonly request: TaskContext) {
        made.push(request.runId);
      }
      canActivate() {
        return this.request.payload === 'let me in';
      }
    }

    await start([{ provide: APP_GUARD, useClass: ScopedGuard }]);
    const refused = await kit!.trigger('Tasks.all', 'no');
    const passed = await kit!.trigger('Tasks.all', 'let me in');

    expect(refused.outcome).toMatchObject({ kind: 'skipped', reason: 'guard' });
    expect(passed.outcome).toEqual(success(4));
    expect(made).toEqual([refused.id, passed.id]);
  });
});

describe('the enhancers of a task that is added at run time', () => {
  @Injectable()
  @UseGuards(guard(() => false))
  class Guarded extends Task {
    run() {}
  }

  it('run when it is among the providers', async () => {
    @Injectable()
    class AddsItself extends Guarded {
      // Before the explorer comes, and under another name.
      onModuleInit() {
        kitScheduler.addTask(this, { name: 'own' });
      }
    }
    let kitScheduler!: StsTestKit['scheduler'];
    @Injectable()
    class Hands {
      constructor(scheduler: TaskScheduler) {
        kitScheduler = scheduler;
      }
    }

    kit = await startApp([Hands, AddsItself]);

    expect((await kit.trigger('own')).outcome).toMatchObject({ kind: 'skipped', reason: 'guard' });
  });

  it('are refused when it is not, unless they are not to run', async () => {
    kit = await startApp([]);
    const { scheduler } = kit;

    expect(() => scheduler.addTask(new Guarded())).toThrow(
      /^Guarded: enhancers expects 'none' for a task that is not among the providers .*, got 'auto'\. List Guarded/,
    );
    expect(() => scheduler.addTask({ name: 'x', run() {} }, { enhancers: 'all' })).toThrow(
      InvalidOptionError,
    );
    scheduler.addTask(new Guarded(), { enhancers: 'none' });
    expect((await kit.trigger('Guarded')).outcome).toEqual(success());
  });

  it("are refused for 'all', by the word of the module, a group or the task, when Nest does not know the task", async () => {
    class Unknown extends Task {
      run() {}
    }
    kit = await startApp([], { options: { enhancers: 'all', groups: { open: { enhancers: 'auto' } } } });
    const { scheduler } = kit;

    expect(() => scheduler.addTask({ name: 'x', run() {} })).toThrow(
      /addTask\(x\): enhancers expects a task among the providers .*, got 'all'\. .* enhancers: 'none'\.$/,
    );
    expect(() => scheduler.addTask(new Unknown())).toThrow(InvalidOptionError);
    scheduler.addTask({ name: 'x', run() {} }, { enhancers: 'none' });
    scheduler.addTask({ name: 'y', run() {} }, { group: 'open' });
    expect((await kit.trigger('x')).outcome).toEqual(success());
    await kit.close();

    kit = await startApp([], { options: { groups: { closed: { enhancers: 'all' } } } });
    expect(() => kit!.scheduler.addTask(new Unknown(), { group: 'closed' })).toThrow(InvalidOptionError);
    kit.scheduler.addTask(new Unknown());
  });

  it('are refused to a provider that adds itself in its constructor, and the error says where it may', async () => {
    @Injectable()
    class AddsItself extends Guarded {
      constructor(scheduler: TaskScheduler) {
        super();
        scheduler.addTask(this);
      }
    }

    expect((await bootError([AddsItself])).message).toMatch(
      /\. List AddsItself among the providers, and inject it; it may add itself in its onModuleInit\(\), not in its constructor\.$/,
    );
  });

  it('are one of three, or the app does not start', async () => {
    @Injectable()
    class Tasks {
      @Manual({ enhancers: 'some' as 'all' }) work() {}
    }

    expect((await bootError([Tasks])).message).toMatch(
      /^Tasks\.work: @Manual: enhancers expects one of auto, none, all, got 'some'/,
    );
  });
});
