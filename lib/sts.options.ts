import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { EngineOption } from './engine/shared.engine.js';
import { type LogLevelName } from './log/log.threshold.js';
import type { HistoryBounds } from './run/memory.run-store.js';
import type { Failure } from './run/failure.js';
import type { RunStore } from './run/run.store.js';
import type { Around } from './executor/around.js';
import { type ErrorThresholdOptions } from './policy/error.threshold.js';
import { type TaskDefaults, type TaskUpdate } from './task/task.options.js';
import { type Duration } from './time/duration.js';

/** What all tasks of a group have in common, unless a task says otherwise. */
export interface GroupOptions extends TaskDefaults {
  /** How many runs of all its tasks together go on at once, a whole number from 1; others wait. @default any number */
  readonly concurrency?: number | undefined;
  /** What happens when runs of its tasks fail again and again. @default nothing */
  readonly errorThreshold?: ErrorThresholdOptions | undefined;
}

/** Options of `StsModule.forRoot()`: how the scheduler works, and defaults for all tasks. */
export interface StsModuleOptions extends TaskDefaults {
  /** The time zone of cron expressions that name none, such as `'Europe/Paris'`. @default the host's */
  readonly timeZone?: string | undefined;
  /**
   * The least level that is written, or 'SILENT' for nothing; the app's own logger may drop more. Nest's and npm's
   * names for levels are understood as well.
   *
   * @default the environment's `STS_LOG_LEVEL` or `LOG_LEVEL`, else 'INFO'
   */
  readonly logLevel?: LogLevelName | undefined;
  /** Whether the scheduler starts with the app; otherwise `TaskScheduler.run()` starts it. @default true */
  readonly autoStart?: boolean | undefined;
  /**
   * Whether the scheduler keeps the process alive, and `TaskScheduler.run()` waits until it has stopped. With
   * `false`, no timer of the scheduler keeps the process alive.
   *
   * @default true
   */
  readonly blocking?: boolean | undefined;
  readonly shutdown?:
    | {
        /** After this long a drain waits for nothing any more. @default '25s' */
        readonly timeout?: Duration | undefined;
      }
    | undefined;
  /**
   * How long the event loop may be blocked before it is told, as `eventLoopBlocked` and in the log, with the task whose
   * handler was at work; from 10 ms, or 'none'. It is not told under a clock that is not the system's.
   *
   * @default '1s'
   */
  readonly eventLoopWarning?: Duration | 'none' | undefined;
  /**
   * How many runs go on at once in this process, a whole number from 1; others wait. A handler that awaits another
   * run holds its own place meanwhile.
   *
   * @default any number
   */
  readonly concurrency?: number | undefined;
  /** Defaults by group; when there are any, a task's `group` must be one of them. @default none */
  readonly groups?: Readonly<Record<string, GroupOptions>> | undefined;
  /** How many runs are kept in memory. @default { perTask: 100, total: 10_000 } */
  readonly history?: Partial<HistoryBounds> | undefined;
  /** Keeps the runs in place of memory. @default memory, bounded by `history` */
  readonly runStore?: RunStore | undefined;
  /**
   * Where runs execute: in this process, or in whichever process of many is free, such as with the engine of
   * `nestjs-sts/bullmq`. Such an engine keeps the runs of all processes by itself, in place of a `runStore`.
   *
   * @default this process
   */
  readonly engine?: EngineOption | undefined;
  /**
   * With `false`, nothing runs by schedule, whatever tasks say; all can be triggered by hand. The environment's
   * `STS_ENABLED=false` does the same.
   *
   * @default true
   */
  readonly enabled?: boolean | undefined;
  /**
   * The tasks that run by schedule, by their names, or by the names of their classes; all others are triggered by hand
   * only. `STS_ENABLED` takes such names too, parted by commas. @default all
   */
  readonly only?: readonly string[] | undefined;
  /**
   * Other options for some tasks, by their names: each beats what the task's decorators say. A rule (`every`, `cron`,
   * `at`, `schedule`) takes the place of all their triggers, `'-'` or `null` for its value disables them; any other
   * option is taken back by `null`, so that group and module decide. @default none
   */
  readonly overrides?: Readonly<Record<string, TaskUpdate>> | undefined;
  /**
   * Is called around every attempt of every task, and calls `next()` once, which runs the handler with its enhancers:
   * for an AsyncLocalStorage, a span, a transaction. It is awaited. What it throws is the attempt's failure, as is not
   * calling `next()`; what `next()` rejects with is it in any case.
   *
   * @default none
   * @example
   * ```ts
   * StsModule.forRootAsync({
   *   inject: [ClsService],
   *   useFactory: (cls: ClsService) => ({
   *     around: ({ runId }, next) =>
   *       cls.run(() => {
   *         cls.set('runId', runId);
   *         return next();
   *       }),
   *   }),
   * });
   * ```
   */
  readonly around?: Around | undefined;
  /**
   * Is told of each attempt that fails, times out, or is abandoned, once: for Sentry and the like. What it does cannot
   * harm a run; what it throws, or rejects with, is told as `listenerFailed`.
   *
   * @default none
   * @example
   * ```ts
   * StsModule.forRoot({
   *   onError: ({ error, taskName, run, attempt, retryAt }) => {
   *     if (retryAt === null) console.error(taskName, run.id, attempt?.number, error);
   *   },
   * });
   * ```
   */
  readonly onError?: ((failure: Failure) => unknown) | undefined;
}

/** A class that makes the options, for `forRootAsync({ useClass })` and `useExisting`. */
export interface StsOptionsFactory {
  createStsOptions(): StsModuleOptions | Promise<StsModuleOptions>;
}

/** Options of `StsModule.forRootAsync()`: one of `useFactory`, `useClass` and `useExisting`. */
export interface StsModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly useFactory?:
    ((...dependencies: never[]) => StsModuleOptions | Promise<StsModuleOptions>) | undefined;
  readonly useClass?: Type<StsOptionsFactory> | undefined;
  readonly useExisting?: Type<StsOptionsFactory> | string | symbol | undefined;
  readonly inject?: Extract<Provider, { inject?: unknown }>['inject'] | undefined;
}
