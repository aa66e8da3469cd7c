import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Logger, Module, type LoggerService, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import {
  Cron,
  DuplicateTaskError,
  Every,
  InvalidCronError,
  InvalidDurationError,
  InvalidEnvironmentError,
  InvalidOptionError,
  InvalidPayloadError,
  InvalidTriggerError,
  Manual,
  ModuleImportError,
  PastInstantError,
  SchedulerDrainingError,
  SchedulerRegistry,
  STS_CLOCK,
  STS_OPTIONS,
  StsModule,
  UnknownTaskError,
  At,
  Retry,
  Schedule,
  type StsModuleOptions,
  type StsOptionsFactory,
  type TaskContext,
  type TaskDecorator,
} from 'nestjs-sts';
import { ManualClock, StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { appModule, bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await kit?.close({ leaks: 'allow' });
  kit = undefined;
});

/** A provider whose method `run` bears these decorators. */
function provider(...decorators: TaskDecorator[]) {
  @Injectable()
  class Tasks {
    run() {}
  }
  for (const decorate of decorators)
    decorate(Tasks.prototype, 'run', Object.getOwnPropertyDescriptor(Tasks.prototype, 'run'));
  return Tasks;
}

describe('a restart', () => {
  it('does not reset @Every of 24 hours: three restarts in a day still give one run a day', async () => {
    const ranAt: string[] = [];
    @Injectable()
    class Daily {
      @Every('24h', { offset: '4h' })
      work({ dueAt }: TaskContext) {
        ranAt.push(new Date(dueAt).toISOString());
      }
    }

    let now = '2026-01-01T00:00:00.000Z';
    for (let start = 0; start < 13; start++) {
      const app = await startApp([Daily], { now });
      await app.advanceBy('7h');
      now = new Date(app.clock.now()).toISOString();
      await app.close();
    }

    expect(now).toBe('2026-01-04T19:00:00.000Z');
    expect(ranAt).toEqual(['01', '02', '03', '04'].map(day => `2026-01-${day}T04:00:00.000Z`));
  });
});

describe('forRoot()', () => {
  it('takes defaults from the environment, which the module and the task beat', async () => {
    vi.stubEnv('RETRIES', '2');
    class Tasks {
      @Manual() byDefault() {}
      @Manual() @Retry(0) never() {}
      @Manual({ group: 'reports' }) ofGroup() {}
    }
    kit = await startApp([Tasks], { options: { groups: { reports: { retry: { retries: 7 } } } } });

    expect(kit.registry.list().map(({ name, retries }) => [name, retries])).toEqual([
      ['Tasks.byDefault', 2],
      ['Tasks.never', 0],
      ['Tasks.ofGroup', 7],
    ]);
  });

  it('takes what stands in a .env that ConfigModule loads, wherever that is imported', async () => {
    vi.stubEnv('STS_RETRIES', undefined);
    const folder = mkdtempSync(join(tmpdir(), 'sts-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const envFilePath = join(folder, '.env');
    writeFileSync(envFilePath, 'STS_RETRIES=4\n');
    class Tasks {
      @Manual() byHand() {}
    }
    kit = await startApp([Tasks], { imports: [ConfigModule.forRoot({ envFilePath })] });

    expect(kit.registry.get('Tasks.byHand').retries).toBe(4);
  });

  it.each([
    ['RETRIES', 'many', /^RETRIES expects a whole number of retries, 0 or more, got 'many'\./],
    ['RETRIES', '-1', /^RETRIES expects/],
    ['RETRIES', '1.5', /^RETRIES expects/],
    ['STS_RETRIES', 'x', /^STS_RETRIES expects/],
    [
      'LOG_LEVEL',
      'LOUD',
      /^LOG_LEVEL expects DEBUG, INFO, WARNING, ERROR, CRITICAL or SILENT.* got 'LOUD'\./,
    ],
    ['STS_LOG_LEVEL', 'LOUD', /^STS_LOG_LEVEL expects/],
  ])('refuses %s=%s at bootstrap and names the variable', async (variable, value, message) => {
    vi.stubEnv(variable, value);

    const error = await bootError([], { options: { logLevel: undefined } });

    expect(error).toBeInstanceOf(InvalidEnvironmentError);
    expect(error.message).toMatch(message);
  });

  it('twice in an app is refused, with both places named', async () => {
    @Module({ imports: [StsModule.forRoot()] })
    class FeatureModule {}

    const error = await bootError([], { imports: [FeatureModule] });

    expect(error).toBeInstanceOf(ModuleImportError);
    expect(error.message).toMatch(
      /^StsModule expects one forRoot\(\) in an app, got .*apps\.ts:\d+:\d+ and .*module\.test\.ts:\d+:\d+\. Keep one;/,
    );
  });

  it('left out is refused, with the remedy', async () => {
    @Module({ imports: [StsModule] })
    class AppModule {}

    const boot = Test.createTestingModule({ imports: [AppModule] }).compile();

    await expect(boot).rejects.toThrow(
      /^StsModule expects to be imported as forRoot\(\), got StsModule\. Write/,
    );
  });

  it('without options that are an object is refused', async () => {
    const boot = Test.createTestingModule({ imports: [StsModule.forRoot(null as any)] }).compile();

    await expect(boot).rejects.toThrow(InvalidOptionError);
    await expect(boot).rejects.toThrow(
      'StsModule.forRoot() expects an object of options, got null. Use {} for the defaults.',
    );
  });

  it('gives options and clock to whoever injects them', async () => {
    const options: StsModuleOptions = { timeZone: 'Europe/Paris' };
    kit = await startApp([], { options });

    expect(kit.app.get(STS_OPTIONS)).toMatchObject(options);
    expect(kit.app.get(STS_CLOCK)).toBe(kit.clock);
  });

  it('gives its time zone to cron expressions that name none', async () => {
    kit = await startApp([provider(Cron('0 0 * * *')) as any], { options: { timeZone: 'Asia/Tokyo' } });

    expect(kit.registry.get('Tasks.run').triggers).toEqual(['cron 0 0 * * * (Asia/Tokyo)']);
    expect(kit.registry.nextRuns('Tasks.run', 2).map(at => new Date(at).toISOString())).toEqual([
      '2026-01-01T15:00:00.000Z',
      '2026-01-02T15:00:00.000Z',
    ]);
  });
});

describe('forRootAsync()', () => {
  @Injectable()
  class Config implements StsOptionsFactory {
    createStsOptions(): StsModuleOptions {
      return { logLevel: 'SILENT', retry: 4 };
    }
  }
  @Module({ providers: [Config], exports: [Config] })
  class ConfigModule {}

  it.each([
    [
      'useFactory',
      {
        imports: [ConfigModule],
        inject: [Config],
        useFactory: (config: Config) => config.createStsOptions(),
      },
    ],
    ['a promise of useFactory', { useFactory: async () => new Config().createStsOptions() }],
    ['useClass', { useClass: Config }],
    ['useExisting', { imports: [ConfigModule], useExisting: Config }],
  ])('takes the options from %s', async (_, options) => {
    const Tasks = provider(Manual());
    const builder = Test.createTestingModule({
      imports: [StsModule.forRootAsync(options as any)],
      providers: [Tasks],
    });

    kit = await StsTestKit.create(builder);

    expect(kit.registry.get('Tasks.run').retries).toBe(4);
  });

  it.each([
    [
      'none of them',
      {},
      ModuleImportError,
      /expects one of useFactory, useClass and useExisting, got none\.$/,
    ],
    [
      'two of them',
      { useFactory: () => ({}), useClass: Config },
      ModuleImportError,
      /expects one of .*, got useFactory and useClass\.$/,
    ],
    [
      'all of them',
      { useFactory: () => ({}), useClass: Config, useExisting: Config },
      ModuleImportError,
      /got useFactory and useClass and useExisting\.$/,
    ],
    [
      'a key that is not known',
      { useFactry: () => ({}) },
      InvalidOptionError,
      /expects known options only, got 'useFactry'\. Did you mean 'useFactory'\?/,
    ],
    ['no object', undefined, InvalidOptionError, /expects an object of options, got undefined\.$/],
  ])('refuses %s at the call', (_, options, type, message) => {
    const call = () => StsModule.forRootAsync(options as any);

    expect(call).toThrow(type);
    expect(call).toThrow(/^StsModule\.forRootAsync\(\) /);
    expect(call).toThrow(message);
  });

  it.each([{ useClass: Config }, { useExisting: Config }])(
    'refuses `inject` beside a class, which would ignore it: %j',
    source => {
      const call = () => StsModule.forRootAsync({ ...source, inject: [Config] });

      expect(call).toThrow(InvalidOptionError);
      expect(call).toThrow(
        /^StsModule\.forRootAsync\(\): inject expects useFactory beside it, got .*\. What a class injects stands in its constructor\.$/,
      );
    },
  );

  it('refuses a provider that makes no options', async () => {
    @Module({ providers: [{ provide: 'CONFIG', useValue: {} }], exports: ['CONFIG'] })
    class Plain {}
    const boot = Test.createTestingModule({
      imports: [StsModule.forRootAsync({ useExisting: 'CONFIG', imports: [Plain] })],
    }).compile();

    await expect(boot).rejects.toThrow(
      "StsModule.forRootAsync() expects a provider with a method createStsOptions(), got 'CONFIG'." +
        ' Let it implement StsOptionsFactory.',
    );
  });

  it.each([undefined, null, 'DEBUG', 5])('refuses options that resolve to %j', async options => {
    const useFactory = async () => options as any;
    const boot = Test.createTestingModule({ imports: [StsModule.forRootAsync({ useFactory })] }).compile();

    await expect(boot).rejects.toThrow(InvalidOptionError);
    await expect(boot).rejects.toThrow(
      /^StsModule\.forRootAsync\(\) expects an object of options, got .+\. Use \{\} for the defaults\.$/,
    );
  });

  it('says of a wrong option that it came from there', async () => {
    const useFactory = () => ({ blocking: 'no' as any });
    const boot = Test.createTestingModule({ imports: [StsModule.forRootAsync({ useFactory })] }).compile();

    await expect(boot).rejects.toThrow(
      /^StsModule\.forRootAsync\(\): blocking expects true or false, got 'no'/,
    );
  });

  it('is named by its place when it is one of two', async () => {
    const two = [StsModule.forRootAsync({ useFactory: () => ({}) }), StsModule.forRoot()];
    const boot = Test.createTestingModule({ imports: two }).compile();

    const line = String.raw`.*module\.test\.ts:\d+:\d+`;
    await expect(boot).rejects.toThrow(new RegExp(`one forRoot\\(\\) in an app, got ${line} and ${line}\\.`));
  });
});

describe('bad configuration fails at bootstrap:', () => {
  it.each([
    [
      'an unknown option',
      Every('10s', { timout: '5s' } as any),
      InvalidOptionError,
      /^Tasks\.run: @Every expects known options only, got 'timout'\. Did you mean 'timeout'\?/,
    ],
    [
      'an unknown unit',
      Every('10x' as any),
      InvalidDurationError,
      /^Tasks\.run: @Every expects a duration such as '30s'.* got '10x'\./,
    ],
    ['a period of 0', Every(0), InvalidTriggerError, /^Tasks\.run: @Every expects a period above 0/],
    ['a negative period', Every(-5), InvalidDurationError, /^Tasks\.run: @Every .* got -5\./],
    ['a period that is no number', Every(NaN), InvalidDurationError, /^Tasks\.run: @Every .* got NaN\./],
    [
      'a bad offset',
      Every('10s', { offset: 'soon' as any }),
      InvalidDurationError,
      /^Tasks\.run: @Every: offset expects/,
    ],
    [
      'a cron with too few fields',
      Cron('* * *' as any),
      InvalidCronError,
      /^Tasks\.run: @Cron expects .*got '\* \* \*'/,
    ],
    [
      'a heartbeat without its door',
      Every('10s', { heartbeat: { url: 'https://x' } }),
      InvalidOptionError,
      /^Tasks\.run: @Every: heartbeat expects StsHeartbeatModule/,
    ],
    [
      'onCrash in one process',
      Every('10s', { onCrash: 'fail' }),
      InvalidOptionError,
      /^Tasks\.run: @Every: onCrash expects an engine that many processes share.*, got none/,
    ],
    [
      'a zone for @Every',
      Every('10s', { timeZone: 'UTC' } as any),
      InvalidOptionError,
      /^Tasks\.run: @Every: timeZone expects a trigger of the kind cron/,
    ],
    [
      'a trigger that is none',
      Schedule({} as any),
      InvalidTriggerError,
      /^Tasks\.run: @Schedule expects a trigger: an object with next/,
    ],
    ['a date that is none', At('tomorrow'), InvalidTriggerError, /^Tasks\.run: @At expects an instant/],
    [
      'a timeout of 0',
      Manual({ timeout: 0 }),
      InvalidOptionError,
      /^Tasks\.run: @Manual: timeout expects a duration above 0/,
    ],
  ])('%s', async (_, decorator, type, message) => {
    const error = await bootError([provider(decorator)]);

    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });

  it('one key with two values', async () => {
    const error = await bootError([
      provider(Every('10s', { timeout: '1s' }), Every('20s', { timeout: '2s' })),
    ]);

    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error.message).toMatch(
      /^Tasks\.run: @Every: timeout expects the value that Tasks\.run: @Every gives, '[12]s', got '[12]s'/,
    );
  });

  it('two tasks with one name, both places named', async () => {
    class Other {
      @Every('10s', { name: 'Tasks.run' }) poll() {}
    }

    const error = await bootError([provider(Every('10s')), Other]);

    expect(error).toBeInstanceOf(DuplicateTaskError);
    expect(error.message).toMatch(
      /Other\.poll in AppModule expects .* Tasks\.run in AppModule has it already, got 'Tasks\.run'\. Give/,
    );
  });

  it('two methods of one class with one name', async () => {
    class Tasks {
      @Every('10s', { name: 'poll' }) first() {}
      @Every('10s', { name: 'poll' }) second() {}
    }

    const error = await bootError([Tasks]);

    expect(error).toBeInstanceOf(DuplicateTaskError);
    expect(error.message).toMatch(/Give one of the two another name with the option `name`\.$/);
  });

  it('and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const AppModule = appModule([provider(Every('10s')), provider(Cron('nonsense' as any))]);
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(STS_CLOCK)
      .useValue(clock)
      .compile();

    await expect(module.init()).rejects.toThrow(InvalidCronError);
    // Nest 11 rejects with the same error once more, Nest 12 runs the hooks.
    await Promise.allSettled([module.close()]);

    expect(clock.pending).toBe(0);
  });

  it('nor does it when another module fails to start', async () => {
    const clock = new ManualClock();
    class Failing implements OnApplicationBootstrap {
      onApplicationBootstrap() {
        throw new Error('no database');
      }
    }
    const AppModule = appModule([provider(Every('10s')), Failing]);
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(STS_CLOCK)
      .useValue(clock)
      .compile();

    await expect(module.init()).rejects.toThrow('no database');
    await Promise.allSettled([module.close()]);

    expect(clock.pending).toBe(0);
  });
});

describe('a past instant', () => {
  it('at bootstrap is logged as exhausted, and the app starts', async () => {
    kit = await startApp([provider(At('2025-12-31T00:00:00Z'))]);

    expect(kit.registry.get('Tasks.run').nextAt).toBeNull();
  });

  it('given to a call is refused', async () => {
    kit = await startApp([]);
    const { scheduler } = kit;

    const call = () => scheduler.scheduleOnce({ name: 'late', run: () => undefined }, '2025-12-31T00:00:00Z');

    expect(call).toThrow(PastInstantError);
    expect(call).toThrow(
      /^TaskScheduler\.scheduleOnce\(late\) expects an instant in the future, got 'at 2025-12-31T00:00:00\.000Z'/,
    );
    expect(kit.registry.has('late')).toBe(false);
  });
});

describe('trigger()', () => {
  it('of an unknown task is refused, with the nearest name', async () => {
    kit = await startApp([provider(Manual())]);

    const call = kit.registry.trigger('Tasks.rum');

    await expect(call).rejects.toThrow(UnknownTaskError);
    await expect(call).rejects.toThrow("No task is named 'Tasks.rum'. Did you mean 'Tasks.run'?");
  });

  it('hands on the payload as its schema returns it, and refuses a bad one', async () => {
    class Tasks {
      @Manual({ payload: z.object({ since: z.coerce.date() }) })
      rebuild({ payload }: TaskContext<{ since: Date }>) {
        return payload.since.getUTCFullYear();
      }
    }
    kit = await startApp([Tasks]);

    const good = await kit.trigger('Tasks.rebuild', { since: '2026-01-01' });
    const bad = kit.registry.trigger('Tasks.rebuild', { since: 'never' });

    expect(good.outcome).toEqual({ kind: 'success', result: 2026 });
    await expect(bad).rejects.toThrow(InvalidPayloadError);
    await expect(bad).rejects.toThrow(/^Tasks\.rebuild refuses its payload: since: /);
    expect((await kit.runs('Tasks.rebuild')).length).toBe(1);
  });

  it('starts a run that overlaps as any other does', async () => {
    class Tasks {
      @Manual({ timeout: '1m' }) slow() {
        return new Promise(() => undefined);
      }
    }
    kit = await startApp([Tasks]);
    await kit.registry.trigger('Tasks.slow');

    const second = await kit.trigger('Tasks.slow');

    expect(second).toMatchObject({
      cause: 'manual',
      attempts: [],
      startedAt: null,
      outcome: { kind: 'skipped', reason: 'overlap' },
    });
  });

  it('while draining, and after, is refused', async () => {
    class Tasks {
      @Manual() slow() {
        return new Promise(resolve => setImmediate(resolve));
      }
    }
    const app = await startApp([Tasks]);
    await app.registry.trigger('Tasks.slow');

    const draining = app.scheduler.drain();
    await expect(app.registry.trigger('Tasks.slow')).rejects.toThrow(SchedulerDrainingError);
    await draining;
    await app.close();

    await expect(app.registry.trigger('Tasks.slow')).rejects.toThrow(
      /Tasks\.slow cannot be triggered: the scheduler is draining/,
    );
  });
});

describe('a task that is wrong at run time', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['does not move on', (after: number) => after],
    ['answers a text', () => 'soon' as any],
  ])('costs no other its runs when its trigger %s', async (_, broken) => {
    let polls = 0;
    class Tasks {
      @Every('10s') poll() {
        polls++;
      }
      @Schedule({
        next: after =>
          after < Date.parse('2026-01-01T00:00:05Z') ? Date.parse('2026-01-01T00:00:05Z') : broken(after),
      })
      odd() {}
    }
    kit = await startApp([Tasks]);

    await kit.advanceBy('1m');

    expect(polls).toBe(6);
    expect(await kit.runs('Tasks.odd')).toHaveLength(1);
    expect(kit.events()).toContainEqual(
      expect.objectContaining({ type: 'triggerFailed', taskName: 'Tasks.odd' }),
    );
  });
});

describe('the log', () => {
  class Recorder implements LoggerService {
    lines: [level: string, message: any, ...rest: any[]][] = [];
    log = (...args: [any]) => this.lines.push(['log', ...args]);
    warn = (...args: [any]) => this.lines.push(['warn', ...args]);
    error = (...args: [any]) => this.lines.push(['error', ...args]);
    debug = (...args: [any]) => this.lines.push(['debug', ...args]);
    fatal = (...args: [any]) => this.lines.push(['fatal', ...args]);
  }

  class Tasks {
    @Every('10s') good() {}
    @Every('10s') @Retry(1) bad() {
      throw new Error('boom');
    }
    @Every('10s', { logFormatter: 'json' }) json() {
      throw new Error('in json');
    }
    @Every('10s', { group: 'odd' }) odd() {}
  }

  it('goes through the logger of the app, one record an event, as text or as the formatter shapes it', async () => {
    const logger = new Recorder();
    class Upper {
      format(record: any) {
        return { shaped: record.event };
      }
    }
    const options: StsModuleOptions = { logLevel: 'DEBUG', groups: { odd: { logFormatter: Upper } } };
    const builder = Test.createTestingModule({ imports: [appModule([Tasks], { options })] }).setLogger(
      logger,
    );

    kit = await StsTestKit.create(builder);
    await kit.advanceBy('11s');
    await kit.close();
    kit = undefined;
    Logger.overrideLogger(false);

    const ours = logger.lines
      .filter(line => line.at(-1) === 'Sts')
      .map(([level, message]) => [level, message]);
    const id = `@${Date.parse('2026-01-01T00:00:10Z')}`;
    expect(ours).toContainEqual(['log', 'Started with 4 tasks, the next is due at 2026-01-01T00:00:10.000Z']);
    expect(ours).toContainEqual(['debug', 'added: every 10s task=Tasks.good']);
    expect(ours).toContainEqual(['debug', `started task=Tasks.good run=Tasks.good${id} attempt=1`]);
    expect(ours).toContainEqual([
      'debug',
      `finished task=Tasks.good run=Tasks.good${id} attempt=1 outcome=success duration=0ms`,
    ]);
    expect(ours).toContainEqual([
      'warn',
      `failed, will be retried task=Tasks.bad run=Tasks.bad${id} attempt=1 outcome=failure duration=0ms retryIn=1000ms error="Error: boom"`,
    ]);
    expect(ours).toContainEqual([
      'error',
      `failed task=Tasks.bad run=Tasks.bad${id} attempt=2 outcome=failure duration=1000ms error="Error: boom"`,
    ]);
    expect(ours).toContainEqual(['debug', { shaped: 'runFinished' }]);
    expect(ours).toContainEqual(['log', 'Draining, 0 runs going on']);
    expect(ours).toContainEqual(['log', 'Drained, nothing abandoned duration=0ms']);
    const json = ours
      .filter(([level, message]) => level === 'error' && String(message).startsWith('{'))
      .map(([, message]) => JSON.parse(message));
    expect(json[0]).toMatchObject({
      task: 'Tasks.json',
      outcome: 'failure',
      error: { name: 'Error', message: 'in json' },
    });
  });
});

describe('the registry', () => {
  it('lists tasks, their next instants and their runs', async () => {
    class Tasks {
      @Every('10s') @Every('25s') poll() {}
    }
    kit = await startApp([Tasks]);
    await kit.advanceBy('10s');

    expect(kit.registry.list()).toEqual([
      {
        name: 'Tasks.poll',
        group: null,
        triggers: ['every 10s', 'every 25s'],
        nextAt: Date.parse('2026-01-01T00:00:20Z'),
        disabledBy: null,
        running: 0,
        waiting: 0,
        paused: null,
        overlap: 'skip',
        timeoutMs: null,
        retries: 0,
      },
    ]);
    const start = Date.parse('2026-01-01T00:00:00Z');
    expect(kit.registry.nextRuns('Tasks.poll', 4).map(at => (at - start) / 1_000)).toEqual([20, 25, 30, 40]);
    const { items } = await kit.registry.runs('Tasks.poll');
    expect(items[0]).toMatchObject({
      taskName: 'Tasks.poll',
      cause: 'schedule',
      outcome: { kind: 'success' },
    });
    expect(await kit.registry.run(items[0]!.id)).toEqual(items[0]);
    expect(await kit.registry.run('nobody')).toBeUndefined();
  });

  it.each([0, 1.5, 1_001, NaN])('refuses a count of %s', async count => {
    kit = await startApp([provider(Every('10s'))]);

    expect(() => kit!.registry.nextRuns('Tasks.run', count)).toThrow(InvalidOptionError);
    await expect(kit.registry.runs('Tasks.run', { limit: count })).rejects.toThrow(
      /a whole number from 1 to 1000/,
    );
  });

  it('refuses an option of runs() that it does not know', async () => {
    kit = await startApp([provider(Every('10s'))]);
    const runs = (options: object) => kit!.registry.runs('Tasks.run', options);

    await expect(runs({ limt: 3 })).rejects.toThrow(
      /^SchedulerRegistry\.runs\(\) expects known options only, got 'limt'\. Did you mean 'limit'\?/,
    );
    await expect(runs(5 as unknown as object)).rejects.toThrow(/expects an object of options, got 5/);
  });

  it('gives an empty page after a cursor that it does not know', async () => {
    kit = await startApp([provider(Every('10s'))]);
    await kit.advanceBy('10s');

    const page = await kit.registry.runs('Tasks.run', { cursor: 'nobody' });

    expect(page).toEqual({ items: [], nextCursor: null });
  });

  it('is the same object everywhere', async () => {
    kit = await startApp([]);

    expect(kit.app.get(SchedulerRegistry)).toBe(kit.registry);
  });
});
