import { Injectable, Module, type Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Every, InvalidOptionError, Manual, ModuleImportError, StsModule, Task } from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

@Injectable()
class Database {
  readonly rows = 3;
}

@Module({ providers: [Database], exports: [Database] })
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

describe('forFeature()', () => {
  it('gives its tasks what the modules in `imports` export', async () => {
    const feature = StsModule.forFeature([CountRows], { imports: [DatabaseModule] });

    kit = await startApp([], { imports: [feature] });

    expect((await kit.trigger('CountRows')).outcome).toEqual({ kind: 'success', result: 3 });
  });

  it('exports its tasks to the importing module', async () => {
    @Injectable()
    class Tasks {
      @Manual() work() {}
    }
    @Injectable()
    class Consumer {
      constructor(readonly tasks: Tasks) {}
    }

    kit = await startApp([Consumer], { imports: [StsModule.forFeature([Tasks])] });

    expect(kit.app.get(Consumer).tasks).toBeInstanceOf(Tasks);
  });

  it("is named in Nest's own error about what its tasks cannot have", async () => {
    const error = await bootError([Database], { imports: [StsModule.forFeature([CountRows])] });

    expect(error.message).toMatch(/resolve dependencies of the CountRows \(\?\)/);
    expect(error.message).toMatch(/is that module imported within StsModule\.forFeature\(\)\?/);
  });

  it('is refused at bootstrap without forRoot() in the app', async () => {
    const feature = StsModule.forFeature([CountRows], { imports: [DatabaseModule] });
    const boot = Test.createTestingModule({ imports: [feature] }).compile();

    await expect(boot).rejects.toThrow(ModuleImportError);
    await expect(boot).rejects.toThrow(
      'StsModule.forFeature() expects StsModule.forRoot() in the same app, got none.' +
        ' Write StsModule.forRoot() in the imports of the root module.',
    );
  });

  it('can be imported by a module that is loaded later', async () => {
    @Module({ imports: [StsModule.forFeature([CountRows], { imports: [DatabaseModule] })] })
    class LazyModule {}
    kit = await startApp([]);

    const lazy = await kit.app.get(LazyModuleLoader).load(() => LazyModule);

    expect(lazy.get(CountRows, { strict: false }).run()).toBe(3);
  });

  it('takes a class whose decorated methods are inherited, and a Task class that is triggered by hand only', async () => {
    abstract class Base {
      @Manual() work() {}
    }
    @Injectable()
    class Inherits extends Base {}
    @Injectable()
    class ByHand extends Task {
      run() {}
    }

    kit = await startApp([], { imports: [StsModule.forFeature([Inherits, ByHand])] });

    expect(kit.registry.list().map(({ name }) => name)).toEqual(['Inherits.work', 'ByHand']);
  });

  it('leaves a decorator on a class that is no Task to the explorer, who knows better', async () => {
    @Injectable()
    @Every('1h')
    class NoTask {}

    const error = await bootError([], { imports: [StsModule.forFeature([NoTask])] });

    expect(error.message).toMatch(/^NoTask: @Every expects a class that extends Task/);
  });

  class Plain {}
  abstract class Decorated {
    @Manual() work() {}
  }
  class Overrides extends Decorated {
    override work() {}
  }

  it.each([
    ['without any', Plain, 'the class Plain'],
    ['that overrides its only one without a decorator', Overrides, 'the class Overrides'],
    ['that is a function', (() => undefined) as unknown as Type, 'a function'],
  ])('refuses a class with no decorated method: one %s', (_, type, got) => {
    const call = () => StsModule.forFeature([CountRows, type]);

    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(
      `StsModule.forFeature() expects classes that extend Task or have a decorated method, got ${got}.` +
        ' Decorate a method with @Every, @Cron, … or @Manual; other classes go into the providers of a module.',
    );
  });

  it.each([
    [
      'no list',
      CountRows,
      {},
      /^StsModule\.forFeature\(\) expects a list of classes, got the class CountRows/,
    ],
    ['a task that is no class', [undefined], {}, /expects a list of classes, got \[ undefined \]/],
    ['an option that is not known', [], { import: [] }, /got 'import'\. Did you mean 'imports'\?/],
    ['options that are no object', [], null, /expects an object of options, got null/],
  ])('refuses %s at the call', (_, tasks, options, message) => {
    const call = () => StsModule.forFeature(tasks as Type[], options as object);

    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(message);
  });
});
