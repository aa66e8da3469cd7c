import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  DuplicateTaskError,
  Every,
  InvalidDecoratorError,
  InvalidOptionError,
  Manual,
  Task,
  TaskScheduler,
  UnknownTaskError,
  type TaskFunction,
} from 'nestjs-sts';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from './apps.js';

let kit: StsTestKit;
afterEach(() => kit.close());

describe('addTask()', () => {
  it('refuses what is no task', async () => {
    kit = await startApp([]);

    for (const task of [null, {}, { name: 'x' }, 5]) {
      expect(() => kit.scheduler.addTask(task as any)).toThrow(InvalidOptionError);
    }
    expect(() => kit.scheduler.addTask({ name: 'x' } as any)).toThrow(
      /^TaskScheduler\.addTask\(x\) expects an instance of a Task class, or \{ name, run \}, got \{ name: 'x' \}/,
    );
  });

  it('refuses an instance of a Task whose run() is decorated', async () => {
    class CleanUp extends Task {
      @Every('10s') run() {}
    }
    kit = await startApp([]);

    const add = () => kit.scheduler.addTask(new CleanUp());

    expect(add).toThrow(InvalidDecoratorError);
    expect(add).toThrow(/^CleanUp\.run: @Every expects .* Put the decorators on the class\.$/);
  });

  it('says how to hand over a class, and a function', async () => {
    class CleanUp extends Task {
      run() {}
    }
    class Plain {
      run() {}
    }
    const ping = () => undefined;
    kit = await startApp([]);

    const add = (task: unknown) => () => kit.scheduler.addTask(task as TaskFunction);

    expect(add(CleanUp)).toThrow(/, got the class CleanUp\. Write new CleanUp\(\), or inject it\.$/);
    expect(add(Plain)).toThrow(/, got the class Plain\. Let it extend Task, and give an instance\.$/);
    expect(add(ping)).toThrow(/, got the function ping\. Write \{ name: 'ping', run: ping \}\.$/);
    expect(
      add(
        (
          () => () =>
            undefined
        )(),
      ),
    ).toThrow(/, got a function\. Write \{ name: '…', run: … \}\.$/);
  });

  it('refuses an object without a name, rather than call it undefined', async () => {
    kit = await startApp([]);

    expect(() => kit.scheduler.addTask({ run: () => undefined } as unknown as TaskFunction)).toThrow(
      /^TaskScheduler\.addTask\(undefined\) expects an instance of a Task class, or \{ name, run \}, got /,
    );
  });

  it('says what takes a value that another verb was given', async () => {
    kit = await startApp([]);
    const task = { name: 'ping', run: () => undefined };
    const { scheduler } = kit;

    expect(() => scheduler.scheduleAt(task, new Date() as never)).toThrow(
      /Use scheduleOnce for an instant\.$/,
    );
    expect(() => scheduler.scheduleEvery(task, '0 0 * * *' as never)).toThrow(
      /Use scheduleCron for a cron expression\.$/,
    );
    expect(() => scheduler.scheduleCron(task, '10s' as never)).toThrow(/Use scheduleEvery for a duration\.$/);
    expect(() => scheduler.addTask(task, { every: '0 0 * * *' as '1s' })).toThrow(
      /Use `cron` for a cron expression\.$/,
    );
    expect(() => scheduler.addTask(task, { evry: '10s' } as object)).toThrow(/Did you mean 'every'\?/);
    expect(() => scheduler.scheduleOnce(task, 1_798_131_600)).toThrow(
      /got 'at 1970-01-21T19:28:51\.600Z \(in ms, got seconds\?\)'/,
    );
    expect(kit.registry.has('ping')).toBe(false);
  });

  it('refuses another object with the name of a task', async () => {
    kit = await startApp([]);
    kit.scheduler.addTask({ name: 'ping', run: () => undefined });

    const again = () => kit.scheduler.addTask({ name: 'ping', run: () => undefined });

    expect(again).toThrow(DuplicateTaskError);
    expect(again).toThrow(
      /^TaskScheduler\.addTask\(ping\) expects a name of its own, but TaskScheduler\.addTask\(ping\) has it/,
    );
  });

  it('takes a second instance of a class under another name, and adds triggers to the right one', async () => {
    class CleanUp extends Task {
      run() {}
    }
    kit = await startApp([]);
    const [first, second] = [new CleanUp(), new CleanUp()];
    kit.scheduler.addTask(first, { every: '10s' });
    kit.scheduler.addTask(second, { every: '20s', name: 'second' });

    kit.scheduler.scheduleEvery(second, '30s');

    expect(kit.registry.get('CleanUp').triggers).toEqual(['every 10s']);
    expect(kit.registry.get('second').triggers).toEqual(['every 20s', 'every 30s']);
    expect(() => kit.scheduler.scheduleEvery(first, '40s', { name: 'third' })).toThrow(
      /: name expects the name that the task has already, 'CleanUp', got 'third'/,
    );
  });

  it('adds a trigger to a Task provider, which the explorer had found', async () => {
    @Injectable()
    class CleanUp extends Task {
      run() {}
    }
    kit = await startApp([CleanUp]);

    kit.scheduler.scheduleEvery(kit.app.get(CleanUp), '10s');
    await kit.advanceBy('20s');

    expect(await kit.runs('CleanUp')).toHaveLength(2);
  });

  it.each([
    ['named after its class', undefined, undefined, 'CleanUp'],
    ['named there', undefined, 'other', 'other'],
    ['named by a decorator', 'nightly', undefined, 'nightly'],
  ])('in the onModuleInit() of a Task provider makes one task, %s', async (_, decorated, given, name) => {
    @Injectable()
    @Every('10s', { name: decorated })
    class CleanUp extends Task implements OnModuleInit {
      constructor(readonly scheduler: TaskScheduler) {
        super();
      }
      onModuleInit() {
        this.scheduler.scheduleEvery(this, '30s', { name: given });
      }
      run() {}
    }

    kit = await startApp([CleanUp]);

    const tasks = kit.registry.list().map(task => [task.name, task.triggers]);
    expect(tasks).toEqual([[name, ['every 10s', 'every 30s']]]);
  });

  it('in the onModuleInit() of two instances of a Task makes two, each under its name', async () => {
    class CleanUp extends Task implements OnModuleInit {
      constructor(
        readonly scheduler: TaskScheduler,
        readonly name: string,
      ) {
        super();
      }
      onModuleInit() {
        this.scheduler.addTask(this, { every: '10s', name: this.name });
      }
      run() {}
    }
    const named = (name: string) => ({
      provide: name,
      inject: [TaskScheduler],
      useFactory: (scheduler: TaskScheduler) => new CleanUp(scheduler, name),
    });

    kit = await startApp([named('first'), named('second')]);

    expect(kit.registry.list().map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('may be told anew after a removal, again and again', async () => {
    kit = await startApp([]);
    const task = { name: 'again', run: () => undefined };
    for (let n = 0; n < 3; n++) {
      kit.scheduler.addTask(task, { every: '10s' });
      kit.scheduler.removeTask(task);
    }
    kit.scheduler.addTask(task, { every: '15s' });

    await kit.advanceBy('30s');

    expect(await kit.runs('again')).toHaveLength(2);
  });
});

describe('removeTask()', () => {
  it('lets a run that goes on end, and keeps its outcome', async () => {
    let finish!: () => void;
    kit = await startApp([]);
    const task = { name: 'slow', run: () => new Promise<void>(resolve => (finish = resolve)) };
    kit.scheduler.addTask(task);
    const run = await kit.registry.trigger('slow');

    kit.scheduler.removeTask('slow');
    finish();

    expect((await run.finished()).outcome.kind).toBe('success');
    expect(kit.registry.has('slow')).toBe(false);
    expect((await kit.registry.run(run.id))?.outcome?.kind).toBe('success');
  });

  it('of an unknown task is refused', async () => {
    @Injectable()
    class Tasks {
      @Manual() known() {}
    }
    kit = await startApp([Tasks]);

    expect(() => kit.scheduler.removeTask('Tasks.knwon')).toThrow(UnknownTaskError);
    expect(() => kit.scheduler.removeTask({ name: 'nobody', run: () => undefined })).toThrow(
      /No task is named 'nobody'/,
    );
  });
});
