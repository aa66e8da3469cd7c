import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Cron,
  Every,
  InvalidEnvironmentError,
  InvalidOptionError,
  Manual,
  Retry,
  STS_OPTIONS,
  StsModule,
  Task,
  TaskScheduler,
  type StsModuleOptions,
} from 'nestjs-sts';
import { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appModule, bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await kit?.close();
  kit = undefined;
});

@Injectable()
class ReportTasks {
  @Every('10s', { runOnStart: true }) poll() {
    return 'polled';
  }
  @Cron('0 0 * * *', { timeZone: 'UTC', timeout: '1m', jitter: '5s' }) @Retry(3, { delay: '2s' }) nightly() {}
}

@Injectable()
@Every('30s')
class CleanUp extends Task {
  run() {}
}

@Injectable()
class Named {
  @Every('1m', { name: 'heartbeat' }) beat() {}
}

const tasks = [ReportTasks, CleanUp, Named];
const start = (options: StsModuleOptions) => startApp(tasks, { options });
const disabledBy = () => Object.fromEntries(kit!.registry.list().map(task => [task.name, task.disabledBy]));
const ran = () =>
  new Set(kit!.events().flatMap(event => (event.type === 'runFinished' ? event.run.taskName : [])));

describe('enabled: false', () => {
  it('lets nothing be due, while what is triggered by hand runs', async () => {
    kit = await start({ enabled: false });

    await kit.advanceBy('1d');

    expect(ran()).toEqual(new Set());
    expect((await kit.registry.stats()).due).toBe(0);
    expect((await kit.trigger('ReportTasks.poll')).outcome).toEqual({ kind: 'success', result: 'polled' });
  });

  it('shows the triggers that tasks have, and which place disables them', async () => {
    kit = await start({ enabled: false });

    expect(kit.registry.get('ReportTasks.poll')).toMatchObject({
      triggers: ['every 10s'],
      nextAt: null,
      disabledBy: 'StsModule.forRoot(): enabled',
    });
    expect(kit.registry.nextRuns('ReportTasks.poll')).toEqual([]);
    expect((await kit.registry.explain('ReportTasks.poll', '2026-01-01T00:00:10Z')).sentence).toBe(
      'ReportTasks.poll is not due at 2026-01-01T00:00:10.000Z: StsModule.forRoot(): enabled disables it.',
    );
  });

  it('holds for what is added or updated later', async () => {
    kit = await start({ enabled: false });

    kit.scheduler.scheduleEvery({ name: 'ping', run: () => undefined }, '1s');
    await kit.registry.update('ReportTasks.poll', { every: '1s', enabled: true });
    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set());
    expect(kit.registry.get('ReportTasks.poll').triggers).toEqual(['every 1s']);
  });

  it('can be given by a test in the place of what the app says', async () => {
    const AppModule = appModule(tasks, { options: { only: ['CleanUp'] } });
    const builder = Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(STS_OPTIONS)
      .useValue({ enabled: false, logLevel: 'SILENT' });

    kit = await StsTestKit.create(builder);
    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set());
  });

  it('hides no mistake in a schedule', async () => {
    class Wrong {
      @Cron('61 * * * *') work() {}
    }

    const error = await bootError([Wrong], { options: { enabled: false } });

    expect(error.message).toMatch(/^Wrong\.work: @Cron/);
  });
});

describe('only', () => {
  it('names tasks, or classes for all of theirs; the others run by hand only', async () => {
    kit = await start({ only: ['ReportTasks', 'heartbeat'] });

    await kit.advanceBy('1m');

    expect(disabledBy()).toEqual({
      'ReportTasks.poll': null,
      'ReportTasks.nightly': null,
      CleanUp: 'StsModule.forRoot(): only',
      heartbeat: null,
    });
    expect(ran()).toEqual(new Set(['ReportTasks.poll', 'heartbeat']));
  });

  it('knows a task with a name of its own by its class and method, too', async () => {
    kit = await start({ only: ['Named.beat', 'CleanUp'] });

    expect(disabledBy()).toMatchObject({ heartbeat: null, CleanUp: null });
  });

  it('with an empty list lets nothing run', async () => {
    kit = await start({ only: [] });

    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set());
  });

  it('may name what a provider adds while the app starts', async () => {
    @Injectable()
    class Adds implements OnModuleInit {
      constructor(readonly scheduler: TaskScheduler) {}
      onModuleInit() {
        this.scheduler.scheduleEvery({ name: 'ping', run: () => undefined }, '1s');
      }
    }

    kit = await startApp([...tasks, Adds], { options: { only: ['ping'] } });
    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set(['ping']));
  });

  it.each([
    [
      ['ReportTask'],
      "StsModule.forRoot(): only expects names of tasks, or of their classes, that are there when the app starts, got 'ReportTask'. Did you mean 'ReportTasks'?",
    ],
    [
      ['nightly'],
      "StsModule.forRoot(): only expects names of tasks, or of their classes, that are there when the app starts, got 'nightly'. Did you mean 'ReportTasks.nightly'?",
    ],
    [
      'CleanUp',
      "StsModule.forRoot(): only expects a list of names of tasks or of their classes, got 'CleanUp'.",
    ],
  ])('refuses at bootstrap what it does not know: %j', async (only, message) => {
    const error = await bootError(tasks, { options: { only: only as string[] } });

    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error.message).toBe(message);
  });
});

describe('STS_ENABLED', () => {
  it.each(['false', '0', 'No', ' OFF '])('=%s beats all', async value => {
    vi.stubEnv('STS_ENABLED', value);
    kit = await start({ enabled: true, only: ['CleanUp'], overrides: { CleanUp: { enabled: true } } });

    await kit.advanceBy('1h');

    expect(disabledBy()).toMatchObject({ CleanUp: 'STS_ENABLED', heartbeat: 'STS_ENABLED' });
    expect(ran()).toEqual(new Set());
  });

  it.each(['true', '1', 'YES', 'on', ''])('=%s changes nothing', async value => {
    vi.stubEnv('STS_ENABLED', value);
    kit = await start({ only: ['CleanUp'] });

    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set(['CleanUp']));
  });

  it('with names lets only those tasks run, of those that the options let', async () => {
    vi.stubEnv('STS_ENABLED', 'CleanUp, heartbeat');
    kit = await start({ only: ['CleanUp', 'ReportTasks'] });

    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set(['CleanUp']));
    expect(disabledBy()).toMatchObject({
      heartbeat: 'StsModule.forRoot(): only',
      'ReportTasks.poll': 'STS_ENABLED',
    });
  });

  it.each([
    ['flase', "'flase'. Did you mean 'false'?"],
    ['CleanUp,CleenUp2', "'CleenUp2'. Did you mean 'CleanUp'?"],
  ])('=%s is refused at bootstrap', async (value, end) => {
    vi.stubEnv('STS_ENABLED', value);

    const error = await bootError(tasks);

    expect(error).toBeInstanceOf(InvalidEnvironmentError);
    expect(error.message).toBe(
      `STS_ENABLED expects true, false, or names of tasks, or of their classes, that are there when the app starts, got ${end}`,
    );
  });
});

describe('overrides', () => {
  it('beat the decorators, option by option', async () => {
    kit = await start({
      retry: 9,
      overrides: { 'ReportTasks.nightly': { timeout: '2m', retry: { retries: 5 }, overlap: 'allowAll' } },
    });

    expect(kit.registry.get('ReportTasks.nightly')).toMatchObject({
      triggers: ['cron 0 0 * * * (UTC)'],
      timeoutMs: 120_000,
      retries: 5,
      overlap: 'allowAll',
    });
    expect(kit.registry.get('CleanUp').retries).toBe(9);
  });

  it('with a rule take the place of all triggers of the task', async () => {
    @Injectable()
    class Two {
      @Every('10s') @Every('15s') work() {}
    }
    kit = await startApp([Two], { options: { overrides: { 'Two.work': { every: '1m' } } } });

    await kit.advanceBy('2m');

    expect(kit.registry.get('Two.work').triggers).toEqual(['every 1m']);
    expect(await kit.runs('Two.work')).toHaveLength(2);
  });

  it("with '-' or null disable the task's triggers, and say so", async () => {
    kit = await start({ overrides: { 'ReportTasks.poll': { every: '-' }, CleanUp: { cron: null } } });

    await kit.advanceBy('1m');

    expect(ran()).toEqual(new Set(['heartbeat']));
    expect(disabledBy()).toMatchObject({
      'ReportTasks.poll': 'StsModule.forRoot(): overrides: ReportTasks.poll',
      CleanUp: 'StsModule.forRoot(): overrides: CleanUp',
    });
  });

  it('with `enabled: false` skip what is due as disabled, as the decorator would', async () => {
    kit = await start({ overrides: { CleanUp: { enabled: false } } });

    await kit.advanceBy('1m');

    expect(disabledBy()).toMatchObject({ CleanUp: 'StsModule.forRoot(): overrides: CleanUp: enabled' });
    expect((await kit.runs('CleanUp')).map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ kind: 'skipped', reason: 'disabled' }),
      expect.objectContaining({ kind: 'skipped', reason: 'disabled' }),
    ]);
  });

  it('with null take an option of the decorators back, so that the module decides', async () => {
    kit = await start({
      timeout: '7m',
      overrides: { 'ReportTasks.nightly': { timeout: null, retry: null } },
    });

    expect(kit.registry.get('ReportTasks.nightly')).toMatchObject({ timeoutMs: 420_000, retries: 0 });
  });

  it('are beaten by an update()', async () => {
    kit = await start({ overrides: { CleanUp: { every: '1m', timeout: '2m' } } });

    await kit.registry.update('CleanUp', { every: '2m', timeout: '3m' });

    expect(kit.registry.get('CleanUp')).toMatchObject({ triggers: ['every 2m'], timeoutMs: 180_000 });
    await kit.registry.update('CleanUp', { timeout: null });
    expect(kit.registry.get('CleanUp').timeoutMs).toBeNull();
  });

  it('hold for a task that is added while the app starts, and are beaten by the call', async () => {
    @Injectable()
    class Adds implements OnModuleInit {
      constructor(readonly scheduler: TaskScheduler) {}
      onModuleInit() {
        this.scheduler.addTask({ name: 'ping', run: () => undefined }, { every: '10s', timeout: '1m' });
      }
    }
    const overrides = { ping: { every: '1s', timeout: '9m', retry: 3 } } as const;

    kit = await startApp([Adds], { options: { overrides } });

    expect(kit.registry.get('ping')).toMatchObject({
      triggers: ['every 10s'],
      timeoutMs: 60_000,
      retries: 3,
    });
  });

  it('come with the options of forRootAsync(), too', async () => {
    const options: StsModuleOptions = { logLevel: 'SILENT', overrides: { CleanUp: { every: '1m' } } };
    const builder = Test.createTestingModule({
      imports: [StsModule.forRootAsync({ useFactory: () => Promise.resolve(options) })],
      providers: tasks,
    });

    kit = await StsTestKit.create(builder);

    expect(kit.registry.get('CleanUp').triggers).toEqual(['every 1m']);
  });

  it.each([
    [
      { 'ReportTasks.nigthly': {} },
      "StsModule.forRoot(): overrides expects names of tasks that are there when the app starts, got 'ReportTasks.nigthly'. Did you mean 'ReportTasks.nightly'?",
    ],
    [
      { ReportTasks: {} },
      "StsModule.forRoot(): overrides expects names of tasks that are there when the app starts, got 'ReportTasks'. Did you mean",
    ],
    [
      { CleanUp: { timout: '1s' } },
      /^StsModule\.forRoot\(\): overrides: CleanUp expects known options only, got 'timout'\. Did you mean 'timeout'\?/,
    ],
    [{ CleanUp: { cron: '* *' } }, /^StsModule\.forRoot\(\): overrides: CleanUp expects 5 fields/],
    [{ CleanUp: { timeout: 'soon' } }, /^StsModule\.forRoot\(\): overrides: CleanUp: timeout expects/],
    [
      { CleanUp: { name: 'clean' } },
      /^StsModule\.forRoot\(\): overrides: CleanUp: name expects no name, got 'clean'/,
    ],
    [{ CleanUp: null }, /^StsModule\.forRoot\(\): overrides: CleanUp expects an object of options, got null/],
    [['CleanUp'], /^StsModule\.forRoot\(\): overrides expects an object of options by task/],
  ])('are refused at bootstrap when they are wrong: %j', async (overrides, message) => {
    const error = await bootError(tasks, { options: { overrides: overrides as never } });

    expect(error).toBeInstanceOf(Error);
    expect(error.message).toMatch(message);
  });
});

describe('update() with null', () => {
  it('takes back what decorators and earlier updates said', async () => {
    @Injectable()
    class Tasks {
      @Every('10s', { maxRuns: 2, group: 'odd', jitter: '1s' }) @Manual({ timeout: '1m' }) work() {}
    }
    kit = await startApp([Tasks]);

    await kit.registry.update('Tasks.work', { timeout: '5m' });
    await kit.registry.update('Tasks.work', {
      timeout: null,
      maxRuns: null,
      group: null,
      every: '10s',
      jitter: null,
    });
    await kit.advanceBy('1m');

    expect(kit.registry.get('Tasks.work')).toMatchObject({ timeoutMs: null, group: null });
    expect((await kit.runs('Tasks.work')).map(run => run.startedAt! - run.dueAt)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('is refused for an option that is not known', async () => {
    kit = await start({});

    await expect(kit.registry.update('CleanUp', { timout: null } as object)).rejects.toThrow(
      /got 'timout'\. Did you mean 'timeout'\?/,
    );
  });
});
