import { Controller, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  At,
  Cron,
  DuplicateTaskError,
  Every,
  InvalidDecoratorError,
  Manual,
  Retry,
  Schedule,
  SchedulerRegistry,
  StsModule,
  Task,
  TaskScheduler,
  type TaskContext,
} from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { appModule, bootError, startApp } from './apps.js';

let kit: StsTestKit | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

const names = () => kit!.registry.list().map(({ name }) => name);

describe('a task', () => {
  it('is found once when its provider has an alias and a factory that hands it on', async () => {
    @Injectable()
    class Tasks {
      @Every('10s')
      poll() {}
    }
    const providers = [
      Tasks,
      { provide: 'alias', useExisting: Tasks },
      { provide: 'again', useFactory: (tasks: Tasks) => tasks, inject: [Tasks] },
    ];

    kit = await startApp(providers);

    expect(names()).toEqual(['Tasks.poll']);
  });

  it('is found in the instance that a factory, a class or a value provides under another token', async () => {
    class ByFactory {
      @Every('10s') poll() {}
    }
    class ByClass {
      @Every('10s') poll() {}
    }
    class ByValue {
      @Every('10s') poll() {}
    }
    const providers = [
      { provide: 'f', useFactory: () => new ByFactory() },
      { provide: 'c', useClass: ByClass },
      { provide: 'v', useValue: new ByValue() },
    ];

    kit = await startApp(providers);

    expect(names()).toEqual(['ByFactory.poll', 'ByClass.poll', 'ByValue.poll']);
  });

  it('is inherited from a base class, and is none when it is overridden without a decorator', async () => {
    const called: string[] = [];
    abstract class Base {
      @Every('10s') inherited() {
        called.push(`${this.constructor.name}.inherited`);
      }
      @Every('10s') overridden() {
        called.push('never');
      }
      @Every('10s') decoratedAgain() {
        called.push('never');
      }
    }
    @Injectable()
    class Child extends Base {
      override overridden() {
        called.push('never');
      }
      @Every('30s') override decoratedAgain() {
        called.push('Child.decoratedAgain');
      }
    }

    kit = await startApp([Child]);
    await kit.advanceBy('30s');

    expect(names().toSorted()).toEqual(['Child.decoratedAgain', 'Child.inherited']);
    expect(called.filter(name => name === 'Child.inherited')).toHaveLength(3);
    expect(called.filter(name => name === 'Child.decoratedAgain')).toHaveLength(1);
    expect(called).not.toContain('never');
  });

  it('survives another decorator that wraps its method', async () => {
    let wrapped = 0;
    const Wrap = (_: object, __: string, descriptor: PropertyDescriptor) => {
      const original = descriptor.value as () => void;
      descriptor.value = function (this: unknown) {
        wrapped++;
        return original.call(this);
      };
    };
    @Injectable()
    class Tasks {
      @Wrap
      @Every('10s')
      poll() {}
    }

    kit = await startApp([Tasks]);
    await kit.advanceBy('10s');

    expect(wrapped).toBe(1);
  });

  it('may bear several decorators: one task with several triggers', async () => {
    @Injectable()
    class Tasks {
      @Every('10s', { name: 'mixed', timeout: '5s' })
      @Cron('0 0 * * *', { timeZone: 'Europe/Paris' })
      @At('2026-06-01T00:00:00Z')
      @Schedule({ next: after => (after < 5 ? 5 : null), toString: () => 'five' })
      @Manual()
      @Retry(2)
      everything() {}
    }

    kit = await startApp([Tasks]);

    expect(kit.registry.get('mixed')).toMatchObject({
      triggers: ['every 10s', 'cron 0 0 * * * (Europe/Paris)', 'at 2026-06-01T00:00:00.000Z', 'five'],
      timeoutMs: 5_000,
      retries: 2,
    });
  });

  it('may be a class of its own, decorated or for the hand only', async () => {
    const payloads: unknown[] = [];
    @Injectable()
    @Every('1h')
    @Retry(1)
    class CleanUp extends Task {
      run({ attempt }: TaskContext) {
        if (attempt === 1) throw new Error('once');
      }
    }
    @Injectable()
    class ByHand extends Task<string> {
      run({ payload }: TaskContext<string>) {
        payloads.push(payload);
      }
    }
    @Injectable()
    class Inherits extends CleanUp {}

    kit = await startApp([], { imports: [StsModule.forFeature([CleanUp, ByHand, Inherits])] });
    await kit.trigger('ByHand', 'hello');
    await kit.advanceBy('61m');

    expect(names()).toEqual(['CleanUp', 'ByHand', 'Inherits']);
    expect(payloads).toEqual(['hello']);
    expect((await kit.runs('CleanUp'))[0]!.attempts).toHaveLength(2);
    expect(kit.registry.get('Inherits').triggers).toEqual(['every 1h']);
    expect(kit.registry.get('ByHand')).toMatchObject({ triggers: [], nextAt: null });
  });

  it.each([
    ['methods', true],
    ['a Task', false],
  ])('of a class that two modules provide is refused, the class with %s', async (_, hasMethods) => {
    class Methods {
      @Every('10s') poll() {}
    }
    @Every('10s')
    class CleanUp extends Task {
      run() {}
    }
    const Twice = hasMethods ? Methods : CleanUp;
    @Module({ providers: [Twice] })
    class FirstModule {}
    @Module({ providers: [Twice] })
    class SecondModule {}

    const error = await bootError([], { imports: [FirstModule, SecondModule] });

    const name = hasMethods ? 'Methods.poll' : 'CleanUp';
    expect(error).toBeInstanceOf(DuplicateTaskError);
    expect(error.message).toBe(
      `${name} in SecondModule expects a name of its own, but ${name} in FirstModule has it already,` +
        ` got '${name}'. Provide the class in one module and export it from there.`,
    );
  });

  it('may be a class whose run() is a field with a function', async () => {
    @Injectable()
    @Every('1h')
    class CleanUp extends Task {
      readonly rows = 3;
      run = async () => this.rows;
    }

    kit = await startApp([CleanUp]);

    expect(names()).toEqual(['CleanUp']);
    expect((await kit.trigger('CleanUp')).outcome).toEqual({ kind: 'success', result: 3 });
  });

  it('is found beside instances that refuse to be read', async () => {
    class Tasks {
      @Every('10s') poll() {}
    }
    const never = () => {
      throw new Error('not to be read');
    };
    // Nest itself looks for hooks, and whether it is a promise.
    const get = (_: object, key: PropertyKey) =>
      /^(then|on|before)/.test(String(key)) ? undefined : never();
    class Strict {
      constructor() {
        return new Proxy(this, { get });
      }
    }
    class Stricter {
      constructor() {
        return new Proxy(this, { get, getPrototypeOf: never });
      }
    }

    kit = await startApp([Tasks, Strict, Stricter]);

    expect(names()).toEqual(['Tasks.poll']);
  });

  it('is found in a Proxy of its class', async () => {
    class Tasks {
      @Every('10s') poll() {}
    }

    kit = await startApp([{ provide: 'p', useFactory: () => new Proxy(new Tasks(), {}) }]);

    expect(names()).toEqual(['Tasks.poll']);
  });

  it('is found in several modules, beside providers that are no objects', async () => {
    @Injectable()
    class First {
      @Every('10s') poll() {}
    }
    @Injectable()
    class Second {
      @Every('10s') poll() {}
    }
    @Module({
      providers: [Second, { provide: 'nothing', useValue: null }, { provide: 'text', useValue: 'x' }],
    })
    class SecondModule {}

    kit = await startApp([First], { imports: [SecondModule] });

    expect(names().toSorted()).toEqual(['First.poll', 'Second.poll']);
  });

  it('can be made of a plain object, an instance, or a class at run time', async () => {
    const called: string[] = [];
    @Every('30s')
    class Decorated extends Task {
      run() {
        called.push('Decorated');
      }
    }
    kit = await startApp([]);
    const { scheduler } = kit;
    const plain = { name: 'plain', run: () => void called.push('plain') };

    scheduler.addTask(new Decorated());
    scheduler.scheduleAt(plain, '20s');
    scheduler.scheduleCron(plain, '* * * * *');
    scheduler.scheduleOnce(
      { name: 'once', run: () => void called.push('once') },
      new Date('2026-01-01T00:00:25Z'),
    );
    scheduler.scheduleEvery({ name: 'often', run: () => void called.push('often') }, 30_000, {
      timeout: '1s',
    });
    await kit.advanceBy('1m');
    scheduler.removeTask(plain);
    scheduler.removeTask('often');
    await kit.advanceBy('30s');

    expect(called.filter(name => name === 'plain')).toHaveLength(3); // 20 s, 40 s, 60 s both triggers
    expect(called.filter(name => name === 'once')).toHaveLength(1);
    expect(called.filter(name => name === 'often')).toHaveLength(2);
    expect(called.filter(name => name === 'Decorated')).toHaveLength(3);
    expect(names()).toEqual(['Decorated', 'once']);
  });

  it('can add tasks within its own run, which are due later', async () => {
    const called: number[] = [];
    kit = await startApp([]);
    const { scheduler } = kit;
    scheduler.addTask(
      {
        name: 'parent',
        run: ({ dueAt }: TaskContext) => {
          if (!kit!.registry.has('child'))
            scheduler.scheduleEvery({ name: 'child', run: c => void called.push(c.dueAt - dueAt) }, '10s');
        },
      },
      { every: '10s' },
    );

    await kit.advanceBy('20s');

    expect(called).toEqual([10_000]);
  });
});

describe('a decorator', () => {
  it.each([
    [
      'a controller',
      InvalidDecoratorError,
      () => {
        @Controller()
        class Web {
          @Every('10s') poll() {}
        }
        return { controllers: [Web] };
      },
      /^Web\.poll: @Every expects a provider, got the controller Web\. Move the method to a provider/,
    ],
    [
      'a field',
      InvalidDecoratorError,
      () => {
        class Tasks {
          @Every('10s') poll = () => undefined;
        }
        return { providers: [Tasks] };
      },
      /^Tasks\.poll: @Every expects to stand on a method of an instance, got no method/,
    ],
    [
      'an accessor',
      InvalidDecoratorError,
      () => {
        class Tasks {
          @Cron('* * * * *') get poll() {
            return () => undefined;
          }
        }
        return { providers: [Tasks] };
      },
      /^Tasks\.poll: @Cron expects to stand on a method/,
    ],
    [
      'a static method',
      InvalidDecoratorError,
      () => {
        class Tasks {
          @Every('10s') static poll() {}
        }
        return { providers: [Tasks] };
      },
      /^Tasks\.poll: @Every expects .* got a static member/,
    ],
    [
      'a class that extends no Task',
      InvalidDecoratorError,
      () => {
        @Every('10s')
        class Tasks {}
        return { providers: [Tasks] };
      },
      /^Tasks: @Every expects a class that extends Task, got class Tasks\. Extend Task, or decorate a method/,
    ],
    [
      'a method with a guard that a field shadows',
      InvalidDecoratorError,
      () => {
        class Guard {
          canActivate() {
            return true;
          }
        }
        class Tasks {
          @UseGuards(Guard) @Every('10s') poll() {}
          constructor() {
            this.poll = this.poll.bind(this);
          }
        }
        return { providers: [Tasks] };
      },
      /^Tasks\.poll: @Every expects to call what bears its enhancers, got a field poll in the place of its method/,
    ],
    [
      'an instance from a factory, with a guard that Nest would have to make,',
      InvalidDecoratorError,
      () => {
        class Guard {
          canActivate() {
            return true;
          }
        }
        class Tasks {
          @UseGuards(Guard) @Every('10s') poll() {}
        }
        return { providers: [{ provide: 'tasks', useFactory: () => new Tasks() }] };
      },
      /^Tasks\.poll: @Every expects a class that Nest makes, got Tasks from a factory or a value, .* Provide the class/,
    ],
    [
      'a Task without run()',
      InvalidDecoratorError,
      () => {
        @Every('10s')
        class Idle extends (Task as unknown as new () => object) {}
        return { providers: [Idle] };
      },
      /^Idle: @Every expects a method run, got none\. Write the method\./,
    ],
    [
      'run() of a Task',
      InvalidDecoratorError,
      () => {
        class CleanUp extends Task {
          @Every('10s') run() {}
        }
        return { providers: [CleanUp] };
      },
      /^CleanUp\.run: @Every expects to stand on the class CleanUp, .* Put the decorators on the class\./,
    ],
    [
      'run() of a decorated Task',
      InvalidDecoratorError,
      () => {
        @Every('1h')
        class CleanUp extends Task {
          @Cron('0 0 * * *') run() {}
        }
        return { providers: [CleanUp] };
      },
      /^CleanUp\.run: @Cron expects to stand on the class CleanUp, .* got its method run\./,
    ],
    [
      'a method that only retries',
      InvalidDecoratorError,
      () => {
        class Tasks {
          @Retry(3) poll() {}
        }
        return { providers: [Tasks] };
      },
      /^Tasks\.poll: @Retry expects a trigger beside it, got none\. Add @Every, @Cron or another trigger, or @Manual\(\)/,
    ],
  ])('on %s is refused at bootstrap', async (_, type, make, message) => {
    const { providers = [], controllers } = make() as { providers?: any[]; controllers?: any[] };

    const error = await bootError(providers, { controllers });

    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });
});

describe('createApplicationContext', () => {
  it('runs tasks without HTTP, and the registry is injectable in any module', async () => {
    @Injectable()
    class Tasks {
      @Manual() work() {
        return 42;
      }
    }
    @Injectable()
    class Elsewhere {
      constructor(
        readonly registry: SchedulerRegistry,
        readonly scheduler: TaskScheduler,
      ) {}
    }
    @Module({ providers: [Elsewhere] })
    class OtherModule {}
    const app = await NestFactory.createApplicationContext(appModule([Tasks], { imports: [OtherModule] }), {
      logger: false,
    });

    const run = await app.get(Elsewhere).registry.trigger('Tasks.work');
    const { outcome } = await run.finished();
    await app.close();

    expect(outcome).toEqual({ kind: 'success', result: 42 });
  });
});
