import { Injectable, Module, UseGuards, type CanActivate, type Type } from '@nestjs/common';
import * as fc from 'fast-check';
import { At, Cron, Every, STS_CLOCK, StsModule, type Clock, type TaskContext } from '../../lib/index.js';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An app as fast-check makes it up; how long its runs take is a list per task, by turns. */
export interface RandomApp {
  readonly module: StsModuleOptions;
  readonly tasks: readonly RandomTask[];
}

interface RandomTask {
  readonly schedule: ScheduleOptions;
  readonly takesMs: readonly number[];
  readonly isGuarded: boolean;
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const minutes = (max: number, min = 1) => fc.integer({ min, max }).map(n => n * MINUTE_MS);
const count = (max: number) => fc.integer({ min: 1, max });

const rules = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(hours => ({ every: hours * HOUR_MS })),
  fc.constantFrom(
    { every: '45m' as const },
    { every: '1d' as const, offset: '4h' as const },
    { cron: '30 2 * * *', timeZone: 'Europe/Paris' },
    { cron: '0 */3 * * *', timeZone: 'Europe/Paris' },
    { cron: '15,45 9-17 * * MON-FRI', timeZone: 'America/New_York' },
    { at: '2026-03-27T12:00:00Z' },
  ),
);

const options = fc
  .record({
    overlap: fc.constantFrom('skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'),
    bufferSize: count(3),
    timeout: maybe(minutes(240)),
    retry: maybe(
      fc.record({
        retries: count(2),
        delay: minutes(30),
        maxDelay: fc.constant('1h'),
        jitter: fc.constantFrom('none', 'full', 0.5),
      }),
    ),
    jitter: maybe(minutes(90)),
    exclude: maybe(fc.constant((dueAt: number) => (dueAt / MINUTE_MS) % 7 === 0)),
    priority: count(3),
    maxRuns: maybe(count(40)),
    group: maybe(fc.constantFrom('reports', 'mail')),
    errorThreshold: maybe(
      fc.record({
        failures: count(3),
        action: fc.constant('pause'),
        resumeAfter: maybe(minutes(600)),
      }),
    ),
    endAt: maybe(fc.constantFrom('2026-03-28T00:00:00Z', '2026-03-29T01:00:00Z')),
  })
  .chain(policy =>
    maybe(count(3)).map(concurrency => (policy.overlap === 'allowAll' ? { ...policy, concurrency } : policy)),
  );

const some = { minLength: 1, maxLength: 5 };
const takes = fc.array(fc.oneof(fc.constant(0), minutes(20), minutes(600)), some);
/** To be asked takes a guarded run its turn, so that it never ends within its start. */
const takesOfGuarded = fc.array(fc.oneof(minutes(20), minutes(600)), some);

export const randomApps: fc.Arbitrary<RandomApp> = fc.record({
  module: fc.record({
    concurrency: maybe(count(3)),
    groups: fc.record({
      reports: fc.record({ concurrency: maybe(count(2)) }),
      mail: fc.record({ concurrency: count(1), overlap: maybe(fc.constant('bufferAll' as const)) }),
    }),
  }),
  tasks: fc.array(
    fc.boolean().chain(isGuarded =>
      fc.record({
        schedule: fc
          .tuple(rules, options)
          .map(([rule, policy]) => ({ ...rule, ...policy }) as ScheduleOptions),
        takesMs: isGuarded ? takesOfGuarded : takes,
        isGuarded: fc.constant(isGuarded),
      }),
    ),
    some,
  ),
});

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
export function moduleOf(app: RandomApp): Type {
  @Injectable()
  class Tasks {
    constructor(readonly clock: Clock) {}
  }
  Reflect.defineMetadata('self:paramtypes', [{ index: 0, param: STS_CLOCK }], Tasks);
  app.tasks.forEach(({ schedule, isGuarded }, i) => {
    const name = `t${i}`;
    const value = function (this: Tasks, context: TaskContext) {
      return pass(this.clock, durationIn(app, context.taskName, context.dueAt), context.signal);
    };
    Object.defineProperty(Tasks.prototype, name, { value, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Tasks.prototype, name)!;
    decoratorOf(schedule)(Tasks.prototype, name, descriptor);
    if (isGuarded) UseGuards(Admit)(Tasks.prototype, name, descriptor);
  });
  @Module({ imports: [StsModule.forRoot({ logLevel: 'SILENT', ...app.module })], providers: [Tasks] })
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
