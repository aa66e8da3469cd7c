import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ConfigModule, ConfigService, registerAs, type ConfigType } from '@nestjs/config';
import {
  At,
  Cron,
  Every,
  InvalidCronError,
  InvalidOptionError,
  Manual,
  Schedule,
  StsModule,
  Task,
  type Configured,
  type Duration,
  type EveryTaskOptions,
  type StsModuleOptions,
} from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const settings = {
  CRON: '0 6 * * *',
  EVERY: '90s',
  AT: '2026-03-01T00:00:00Z',
  ZONE: 'Europe/Paris',
  OFF: '-',
};
const config = ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => settings] });
const triggersOf = (name: string) => kit!.registry.get(name).triggers;

describe('a value from providers', () => {
  it('stands in for that of each rule, and for options', async () => {
    @Injectable()
    class Tasks {
      @Cron({ inject: [ConfigService], useFactory: c => c.get('CRON') }) cron() {}
      @Every({ inject: [ConfigService], useFactory: async c => c.getOrThrow<string>('EVERY') }) every() {}
      @At({ inject: [ConfigService], useFactory: c => c.getOrThrow<string>('AT') }) at() {}
      @Schedule({ useFactory: () => ({ next: () => null, toString: () => 'never' }) }) own() {}
      @Cron('0 0 * * *', {
        inject: [ConfigService],
        useFactory: c => ({ timeZone: c.getOrThrow<string>('ZONE'), enabled: false, retry: 2 }),
      })
      options() {}
      @Manual({ useFactory: () => Promise.resolve({ name: 'by-hand', timeout: '1m' as const }) }) byHand() {}
    }

    kit = await startApp([Tasks], { imports: [config], options: { timeZone: 'UTC' } });

    expect(kit.registry.list().map(({ name, triggers }) => [name, ...triggers])).toEqual([
      ['Tasks.cron', 'cron 0 6 * * * (UTC)'],
      ['Tasks.every', 'every 90s'],
      ['Tasks.at', 'at 2026-03-01T00:00:00.000Z'],
      ['Tasks.own', 'never'],
      ['Tasks.options', 'cron 0 0 * * * (Europe/Paris)'],
      ['by-hand'],
    ]);
    expect(kit.registry.get('Tasks.options')).toMatchObject({
      retries: 2,
      disabledBy: 'Tasks.options: @Cron: enabled',
    });
    expect(kit.registry.get('by-hand').timeoutMs).toBe(60_000);
  });

  it('runs as one that is written there', async () => {
    @Injectable()
    class Tasks {
      @Every({ inject: [ConfigService], useFactory: c => c.get('EVERY') }) @Every('1m') work() {}
    }
    kit = await startApp([Tasks], { imports: [config] });

    await kit.advanceBy('3m');

    expect(
      (await kit.runs('Tasks.work')).map(({ dueAt }) => dueAt - Date.parse('2026-01-01T00:00:00Z')),
    ).toEqual([60_000, 90_000, 120_000, 180_000]);
  });

  it('is had as the module of the task would inject it, and not as another module does', async () => {
    @Injectable()
    class Tasks {
      @Every({ inject: ['PERIOD'], useFactory: (period: string) => period }) work() {}
    }
    @Module({ providers: [{ provide: 'PERIOD', useValue: '5s' }], exports: ['PERIOD'] })
    class PeriodModule {}
    @Module({ imports: [PeriodModule], providers: [Tasks] })
    class TasksModule {}
    @Module({ providers: [{ provide: 'PERIOD', useValue: '7s' }] })
    class OtherModule {}

    kit = await startApp([{ provide: 'PERIOD', useValue: '6s' }], { imports: [TasksModule, OtherModule] });

    expect(triggersOf('Tasks.work')).toEqual(['every 5s']);
  });

  it('is had from any other module when its own cannot inject it', async () => {
    @Injectable()
    class Tasks {
      @Every({ inject: ['PERIOD'], useFactory: (period: string) => period }) work() {}
    }
    @Module({ providers: [{ provide: 'PERIOD', useValue: '5s' }] })
    class PeriodModule {}

    kit = await startApp([Tasks], { imports: [PeriodModule] });

    expect(triggersOf('Tasks.work')).toEqual(['every 5s']);
  });

  it('may depend on what is optional', async () => {
    @Injectable()
    class Tasks {
      @Every({
        inject: [{ token: 'NONE', optional: true }],
        useFactory: none => (none === undefined ? '3s' : '4s'),
      })
      work() {}
    }

    kit = await startApp([Tasks]);

    expect(triggersOf('Tasks.work')).toEqual(['every 3s']);
  });

  it('stands on a Task class, in forFeature() too', async () => {
    @Injectable()
    @Every({ inject: [ConfigService], useFactory: c => c.getOrThrow<string>('EVERY') })
    class CleanUp extends Task {
      run() {}
    }

    kit = await startApp([], { imports: [StsModule.forFeature([CleanUp], { imports: [config] })] });

    expect(triggersOf('CleanUp')).toEqual(['every 90s']);
  });

  it('is refused on a Task that is added at run time', async () => {
    @Every({ inject: [ConfigService], useFactory: c => c.getOrThrow<string>('EVERY') })
    class CleanUp extends Task {
      run() {}
    }
    kit = await startApp([], { imports: [config] });

    expect(() => kit!.scheduler.addTask(new CleanUp())).toThrow(
      'CleanUp: @Every expects a value, for a task that is added at run time, got { inject, useFactory }.' +
        ' Provide the class in a module, which its dependencies come from.',
    );
  });
});

describe('registerAs()', () => {
  const reports = registerAs('reports', () => ({ cron: '0 7 * * *' }));
  const polling = registerAs(
    'polling',
    () => ({ timeout: '5m' as Duration, jitter: '2s' }) as EveryTaskOptions,
  );
  const sts = registerAs('sts', () => ({ logLevel: 'SILENT', timeZone: 'Asia/Tokyo' }) as StsModuleOptions);

  @Injectable()
  class Tasks {
    @Cron({ inject: [reports.KEY], useFactory: (c: ConfigType<typeof reports>) => c.cron }) nightly() {}
    @Every('10s', polling.asProvider()) poll() {}
  }

  it('gives a schedule by its key, and options as a provider', async () => {
    const loaded = ConfigModule.forRoot({ ignoreEnvFile: true, load: [reports, polling] });

    kit = await startApp([Tasks], { imports: [loaded], options: { timeZone: 'UTC' } });

    expect(triggersOf('Tasks.nightly')).toEqual(['cron 0 7 * * * (UTC)']);
    expect(kit.registry.get('Tasks.poll').timeoutMs).toBe(300_000);
  });

  it('as a provider gives the options of forRootAsync()', async () => {
    const builder = Test.createTestingModule({
      imports: [
        StsModule.forRootAsync(sts.asProvider()),
        ConfigModule.forFeature(reports),
        ConfigModule.forFeature(polling),
      ],
      providers: [Tasks],
    });

    kit = await StsTestKit.create(builder);

    expect(triggersOf('Tasks.nightly')).toEqual(['cron 0 7 * * * (Asia/Tokyo)']);
  });

  it('that no module loads is missed by name', async () => {
    const error = await bootError([Tasks]);

    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error.message).toBe(
      "Tasks.nightly: @Cron: inject expects tokens of providers that AppModule can inject, got 'CONFIGURATION(reports)'." +
        ' Import the module that exports it into AppModule.',
    );
  });
});

describe("'-' or null", () => {
  it('disables a trigger: the task stays, nothing of it is due, and it can be triggered by hand', async () => {
    @Injectable()
    class Tasks {
      @Cron({ inject: [ConfigService], useFactory: c => c.get('OFF') }) dash() {
        return 'by hand';
      }
      @Every({ useFactory: () => null }, { runOnStart: true }) none() {}
      @Cron('-', { timeZone: 'Europe/Paris', jitter: '5s' }) literal() {}
      @At(null) at() {}
      @Every('-') @Every('1h') oneOfTwo() {}
    }
    kit = await startApp([Tasks], { imports: [config] });

    await kit.advanceBy('1h');

    expect(
      kit.registry
        .list()
        .map(({ name, triggers, nextAt, disabledBy }) => [name, triggers, nextAt, disabledBy]),
    ).toEqual([
      ['Tasks.dash', [], null, 'Tasks.dash: @Cron'],
      ['Tasks.none', [], null, 'Tasks.none: @Every'],
      ['Tasks.literal', [], null, 'Tasks.literal: @Cron'],
      ['Tasks.at', [], null, 'Tasks.at: @At'],
      ['Tasks.oneOfTwo', ['every 1h'], Date.parse('2026-01-01T02:00:00Z'), null],
    ]);
    expect(kit.events().flatMap(event => (event.type === 'runFinished' ? event.run.taskName : []))).toEqual([
      'Tasks.oneOfTwo',
    ]);
    expect((await kit.trigger('Tasks.dash')).outcome).toEqual({ kind: 'success', result: 'by hand' });
    expect((await kit.registry.explain('Tasks.dash', '2026-01-01T06:00:00Z')).sentence).toBe(
      'Tasks.dash is not due at 2026-01-01T06:00:00.000Z: Tasks.dash: @Cron disables it.',
    );
  });

  it('in an update() takes the triggers away, and another update() gives one again', async () => {
    @Injectable()
    class Tasks {
      @Every('10s', { jitter: '1ms' }) work() {}
    }
    kit = await startApp([Tasks]);

    await kit.registry.update('Tasks.work', { every: null });
    await kit.advanceBy('1m');

    expect(await kit.runs('Tasks.work')).toEqual([]);
    expect(kit.registry.get('Tasks.work').disabledBy).toBe('SchedulerRegistry.update(Tasks.work)');
    await kit.registry.update('Tasks.work', { every: '20s' });
    await kit.advanceBy('1m');
    expect(await kit.runs('Tasks.work')).toHaveLength(3);
    expect(kit.registry.get('Tasks.work').disabledBy).toBeNull();
  });

  it('is accepted from whoever adds a task', async () => {
    kit = await startApp([]);

    kit.scheduler.addTask({ name: 'ping', run: () => undefined }, { cron: '-' });

    expect(kit.registry.get('ping')).toMatchObject({
      triggers: [],
      disabledBy: 'TaskScheduler.addTask(ping)',
    });
  });

  it.each([
    [{ jitter: 'soon' }, /^Tasks\.work: @Cron: jitter expects a duration/],
    [{ timeZone: 'Paris' }, /^Tasks\.work: @Cron: timeZone expects/],
    [
      { timout: '1s' },
      /^Tasks\.work: @Cron expects known options only, got 'timout'\. Did you mean 'timeout'\?/,
    ],
  ])('hides no mistake beside it: %j', async (options, message) => {
    @Injectable()
    class Tasks {
      @Cron('-', options as object) work() {}
    }

    expect((await bootError([Tasks])).message).toMatch(message);
  });
});

describe('a value from providers that cannot be had', () => {
  const errorOf = (source: Configured<any, any>, options?: object) => {
    @Injectable()
    class Tasks {
      @Cron(source, options) work() {}
    }
    return bootError([Tasks, RequestScoped, Failing, lackingProvider], { imports: [OtherModule] });
  };
  @Injectable({ scope: Scope.REQUEST })
  class RequestScoped {}
  class Unknown {}
  const boom = new Error('no connection');
  @Injectable({ scope: Scope.TRANSIENT })
  class Failing {
    constructor() {
      throw boom;
    }
  }
  class Lacking {
    constructor(@Inject(Unknown) readonly unknown: Unknown) {}
  }
  const lackingProvider = {
    provide: 'LACKING',
    scope: Scope.TRANSIENT,
    inject: [ModuleRef],
    useFactory: (moduleRef: ModuleRef) => moduleRef.create(Lacking),
  };
  @Module({ providers: [{ provide: 'PER_REQUEST', scope: Scope.REQUEST, useFactory: () => 0 }] })
  class OtherModule {}

  it.each<[string, Configured<any, any>, RegExp]>([
    [
      'a class that nobody provides',
      { inject: [Unknown], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects tokens of providers that AppModule can inject, got the class Unknown\. Import the module that exports it into AppModule\./,
    ],
    [
      'nothing',
      { inject: [undefined as any], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects .*, got undefined\. Are there files that import each other\?$/,
    ],
    [
      'a request-scoped provider',
      { inject: [RequestScoped], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects providers that are there before any request, got the class RequestScoped, which is request-scoped/,
    ],
    [
      'a request-scoped provider of another module',
      { inject: ['PER_REQUEST'], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects .*, got 'PER_REQUEST', which is request-scoped/,
    ],
    [
      'a provider whose constructor throws',
      { inject: [Failing], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects providers that can be made, got the class Failing, which fails with Error: no connection\.$/,
    ],
    [
      'an optional one whose constructor throws',
      { inject: [{ token: Failing, optional: true }], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects providers that can be made, got the class Failing/,
    ],
    [
      'one that lacks a dependency of its own',
      { inject: ['LACKING'], useFactory: () => '' },
      /^Tasks\.work: @Cron: inject expects providers that can be made, got 'LACKING', which fails with Error: Nest can't resolve dependencies of the Lacking/,
    ],
    [
      'a factory that throws',
      {
        useFactory: () => {
          throw boom;
        },
      },
      /^Tasks\.work: @Cron: useFactory expects a function that returns a value, got Error: no connection\./,
    ],
    [
      'a factory that rejects',
      { useFactory: () => Promise.reject(boom) },
      /^Tasks\.work: @Cron: useFactory expects a function that returns a value, got Error: no connection\./,
    ],
    [
      'a setting that is missing',
      { useFactory: () => undefined },
      /^Tasks\.work: @Cron: useFactory expects a function that returns a value, got undefined\. Is there such a setting\?/,
    ],
    [
      'no factory',
      { inject: [] } as any,
      /^Tasks\.work: @Cron: useFactory expects a function, got undefined/,
    ],
    [
      'no list',
      { inject: Unknown, useFactory: () => '' } as any,
      /^Tasks\.work: @Cron: inject expects a list of classes and other tokens, got the class Unknown/,
    ],
    [
      'a key that is not known',
      { inject: [], useFactroy: () => '' } as any,
      /^Tasks\.work: @Cron expects known options only, got 'useFactroy'\. Did you mean 'useFactory'\? Known options: inject, useFactory\.$/,
    ],
    [
      'a value that is wrong',
      { useFactory: () => '* * *' },
      /^Tasks\.work: @Cron expects 5 fields .* got '\* \* \*'/,
    ],
  ])('is refused at bootstrap, by name: %s', async (_, source, message) => {
    const error = await errorOf(source);

    expect(error.message).toMatch(message);
    if (error.message.includes('no connection')) expect(error.cause).toBe(boom);
    if (error.message.includes('5 fields')) expect(error).toBeInstanceOf(InvalidCronError);
  });

  it.each([
    ['no object', () => '5m', /^Tasks\.work: @Cron: useFactory expects an object of options, got '5m'/],
    [
      'an option that is not known',
      () => ({ timout: 1 }),
      /^Tasks\.work: @Cron expects known options only, got 'timout'/,
    ],
    [
      'a rule',
      () => ({ cron: '@daily' }),
      /^Tasks\.work: @Cron: useFactory: cron expects options that the decorator does not give already, got '@daily'/,
    ],
  ])('is refused as options: %s', async (_, useFactory, message) => {
    const error = await errorOf('@hourly' as any, { useFactory });

    expect(error.message).toMatch(message);
  });
});
