import { Injectable, Module, UseGuards, type CanActivate, type Type } from '@nestjs/common';
import { At, Cron, Every, STS_CLOCK, StsModule, type Clock, type TaskContext } from '../../lib/index.js';
import type { RunStore } from '../../lib/run/run.store.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { MINUTE_MS, type RandomApp } from './random.app.js';

/** How long a run of a task takes, in ms. */
export function durationIn({ tasks }: RandomApp, taskName: string, dueAt: number): number {
  const { takesMs } = tasks[Number(taskName.slice('Tasks.t'.length))]!;
  return takesMs[Math.floor(dueAt / MINUTE_MS) % takesMs.length]!;
}

@Injectable()
class Admit implements CanActivate {
  canActivate() {
    return true;
  }
}

/** A Nest app of it, whose handlers take their time on its clock and obey their signals. */
export function moduleOf(app: RandomApp, runStore?: RunStore): Type {
  @Injectable()
  class Tasks {
    constructor(readonly clock: Clock) {}
  }
  Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: STS_CLOCK }], Tasks);
  app.tasks.forEach(({ schedules, isGuarded }, i) => {
    const name = `t${i}`;
    const value = function (this: Tasks, context: TaskContext) {
      return pass(this.clock, durationIn(app, context.taskName, context.dueAt), context.signal);
    };
    Object.defineProperty(Tasks.prototype, name, { value, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Tasks.prototype, name)!;
    for (const schedule of schedules) decoratorOf(schedule)(Tasks.prototype, name, descriptor);
    if (isGuarded) UseGuards(Admit)(Tasks.prototype, name, descriptor);
  });
  const options = { logLevel: 'SILENT', ...app.module, runStore } as const;
  @Module({ imports: [StsModule.forRoot(options)], providers: [Tasks] })
  class AppModule {}
  return AppModule;
}

function decoratorOf(schedule: ScheduleOptions): MethodDecorator {
  const { every, cron, at, ...own } = schedule as any;
  if (every !== undefined) return Every(every, own);
  if (cron !== undefined) return Cron(cron, own);
  return At(at, own);
}

function pass(clock: Clock, ms: number, signal: AbortSignal): void | Promise<void> {
  if (ms === 0) return undefined;
  return new Promise((resolve, reject) => {
    const disarm = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      disarm();
      reject(signal.reason as Error);
    });
  });
}
