import { setTimeout } from 'node:timers/promises';
import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import {
  Cron,
  DuplicateTaskError,
  Every,
  InvalidCronError,
  Manual,
  SchedulerRegistry,
  StsModule,
  Task,
} from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { appModule, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const load = (module: Type) => kit!.app.get(LazyModuleLoader).load(() => module);
const names = () => kit!.registry.list().map(({ name }) => name);

@Injectable()
class Database {
  readonly rows = 3;
}
@Module({
  providers: [{ provide: Database, useFactory: async () => setTimeout(5, new Database()) }],
  exports: [Database],
})
class DatabaseModule {}

@Injectable()
@Every('1h')
class CountRows extends Task {
  constructor(readonly database: Database) {
    super();
  }
  run() {
    return this.database.rows;
  }
}

@Injectable()
class OwnTasks {
  constructor(readonly database: Database) {}
  @Every('10s') poll() {
    return this.database.rows;
  }
}

@Module({ imports: [StsModule.forFeature([CountRows], { imports: [DatabaseModule] })] })
class ListedModule {}

@Module({ imports: [StsModule.forFeature(), DatabaseModule], providers: [OwnTasks] })
class OwnModule {}

describe('forFeature() in a module that is loaded later', () => {
  it('adds the tasks that it lists, which are due at once and have what they inject', async () => {
    kit = await startApp([]);

    await load(ListedModule);
    await kit.advanceBy('1h');

    expect((await kit.runs('CountRows')).map(({ outcome }) => outcome?.kind)).toEqual(['success']);
    expect((await kit.trigger('CountRows')).outcome).toEqual({ kind: 'success', result: 3 });
    expect(kit.events()).toContainEqual(
      expect.objectContaining({ type: 'taskAdded', taskName: 'CountRows' }),
    );
  });

  it('adds the tasks among the providers of the module that imports it', async () => {
    kit = await startApp([]);

    await load(OwnModule);
    await kit.advanceBy('30s');

    expect(names()).toEqual(['OwnTasks.poll']);
    expect(await kit.runs('OwnTasks.poll')).toHaveLength(3);
    expect((await kit.trigger('OwnTasks.poll')).outcome).toEqual({ kind: 'success', result: 3 });
  });

  it('adds nothing twice when the module is loaded twice, one after the other or together', async () => {
    kit = await startApp([]);

    await Promise.all([load(OwnModule), load(OwnModule), load(ListedModule)]);
    await load(OwnModule);
    await load(ListedModule);

    expect(names().toSorted()).toEqual(['CountRows', 'OwnTasks.poll']);
  });

  it('adds the tasks of each module where Nest tells modules apart by their content', async () => {
    @Injectable()
    class OtherTasks {
      @Every('10s') poll() {}
    }
    @Module({ imports: [StsModule.forFeature()], providers: [OtherTasks] })
    class OtherModule {}
    const app = await NestFactory.createApplicationContext(appModule([]), {
      logger: false,
      moduleIdGeneratorAlgorithm: 'deep-hash',
    });
    onTestFinished(() => app.close());

    for (const module of [OwnModule, OtherModule]) await app.get(LazyModuleLoader).load(() => module);

    const found = app.get(SchedulerRegistry).list();
    expect(found.map(({ name }) => name)).toEqual(['OwnTasks.poll', 'OtherTasks.poll']);
  });

  it('adds tasks to a scheduler that does not run yet', async () => {
    kit = await startApp([], { options: { autoStart: false } });

    await load(OwnModule);
    await kit.advanceBy('1m');
    expect(await kit.runs('OwnTasks.poll')).toEqual([]);
    void kit.scheduler.run();
    await kit.advanceBy('1m');

    expect(await kit.runs('OwnTasks.poll')).toHaveLength(6);
  });

  it('leaves a module that a provider loads while the app starts to the explorer', async () => {
    @Injectable()
    class Loader {
      constructor(readonly loader: LazyModuleLoader) {}
      async onModuleInit() {
        await this.loader.load(() => OwnModule);
      }
    }

    kit = await startApp([Loader]);

    expect(names()).toEqual(['OwnTasks.poll']);
  });

  it('takes values from providers of that module', async () => {
    @Injectable()
    class Tasks {
      @Every({ inject: ['PERIOD'], useFactory: (period: string) => period }) work() {}
    }
    @Module({ imports: [StsModule.forFeature()], providers: [Tasks, { provide: 'PERIOD', useValue: '7s' }] })
    class LazyModule {}
    kit = await startApp([]);

    await load(LazyModule);

    expect(kit.registry.get('Tasks.work').triggers).toEqual(['every 7s']);
  });

  it('obeys the options of the app', async () => {
    kit = await startApp([], { options: { enabled: false } });

    await load(OwnModule);

    expect(kit.registry.get('OwnTasks.poll').disabledBy).toBe('StsModule.forRoot(): enabled');
  });

  it('tells who loads it of what is wrong, and adds none of its tasks', async () => {
    @Injectable()
    class Wrong {
      @Every('1s') first() {}
      @Cron('61 * * * *') work() {}
    }
    @Module({ imports: [StsModule.forFeature()], providers: [Wrong] })
    class LazyModule {}
    kit = await startApp([]);

    const loading = load(LazyModule);

    await expect(loading).rejects.toThrow(InvalidCronError);
    await expect(loading).rejects.toThrow(/^Wrong\.work: @Cron/);
    expect(names()).toEqual([]);
    await kit.advanceBy('1m');
    expect(kit.events().filter(({ type }) => type === 'runFinished')).toEqual([]);
  });

  it('refuses a name that another task has', async () => {
    @Injectable()
    class Other {
      @Manual({ name: 'OwnTasks.poll' }) work() {}
    }
    kit = await startApp([Other]);

    await expect(load(OwnModule)).rejects.toThrow(DuplicateTaskError);
    expect(names()).toEqual(['OwnTasks.poll']);
  });

  it("leaves Nest's own error about a provider as it is", async () => {
    @Injectable()
    class Failing {
      constructor() {
        throw new Error('no disk');
      }
    }
    @Module({ imports: [StsModule.forFeature()], providers: [OwnTasks, Database, Failing] })
    class LazyModule {}
    kit = await startApp([]);

    await expect(load(LazyModule)).rejects.toThrow('no disk');
    expect(names()).toEqual([]);
  });

  it('calls no factory of a value when a decorator stands where it cannot work', async () => {
    const useFactory = vi.fn(() => '1s');
    @Injectable()
    class Configured {
      @Every({ useFactory }) work() {}
    }
    @Injectable()
    class Wrong {
      @Every('1s') static work() {}
    }
    @Module({ imports: [StsModule.forFeature()], providers: [Configured, Wrong] })
    class LazyModule {}
    kit = await startApp([]);

    await expect(load(LazyModule)).rejects.toThrow(/^Wrong\.work/);

    expect(useFactory).not.toHaveBeenCalled();
  });

  it('refuses a decorator where it cannot work', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Anew {
      @Every('1s') static work() {}
    }
    @Module({ imports: [StsModule.forFeature()], providers: [Anew] })
    class LazyModule {}
    kit = await startApp([]);

    await expect(load(LazyModule)).rejects.toThrow(/^Anew\.work: @Every expects to stand on a method/);
  });
});
