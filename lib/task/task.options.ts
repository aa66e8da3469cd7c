import type { LogFormatterOption } from '../log/log.formatter.js';
import type { ErrorThresholdOptions } from '../policy/error.threshold.js';
import type { Misfire } from '../policy/misfire.js';
import type { Overlap } from '../policy/overlap.js';
import type { RetryOptions } from '../policy/retry.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../trigger/at.trigger.js';
import type { Disabled } from '../trigger/rule.js';
import type { Trigger } from '../trigger/trigger.js';
import type { Enhancers } from './enhancers.js';
import type { PayloadSchema } from './payload.schema.js';
import type { TriggerOptions } from './schedule.js';

/** What a task, its group or the module may say; the task's own word beats the group's, that the module's. */
export interface TaskDefaults {
  /**
   * What becomes of a due run while an earlier one of the task goes on: `'skip'` skips it and says so,
   * `'bufferOne'` and `'bufferAll'` let it wait, `'cancelOther'` cancels the earlier one, `'allowAll'` runs both.
   *
   * @default 'skip'
   */
  readonly overlap?: Overlap | undefined;
  /** How many runs of a task may wait, a whole number from 1; further ones are skipped as `bufferFull`. @default 1000 */
  readonly bufferSize?: number | undefined;
  /**
   * What becomes of instants that are found more than `misfireGrace` too late: `'coalesce'` runs the latest and
   * skips the others, `'skip'` skips all, `'all'` runs all.
   *
   * @default 'coalesce'
   */
  readonly misfire?: Misfire | undefined;
  /** How late an instant may be found and still simply run. @default '1m' */
  readonly misfireGrace?: Duration | undefined;
  /** How long one attempt may take; after that its signal aborts and it ends as `timeout`. @default 'none' */
  readonly timeout?: Duration | 'none' | undefined;
  /** A number of retries, or how to retry. @default 0 retries, or the environment's `RETRIES` */
  readonly retry?: number | RetryOptions | undefined;
  /** How long a drain waits for a run of the task before it aborts it. @default '10s' */
  readonly shutdownGrace?: Duration | undefined;
  /** How the records of the task's runs are written. @default 'text' */
  readonly logFormatter?: LogFormatterOption | undefined;
  /**
   * Which guards, interceptors and exception filters run around the handler: `'auto'` those on the task's class and
   * method, `'all'` the app's global ones too, as with `APP_GUARD`, and `'none'` none. It counts for tasks among the
   * providers of a module.
   *
   * @default 'auto'
   */
  readonly enhancers?: Enhancers | undefined;
}

/** What one task may say, on any of its decorators. */
export interface TaskOptions extends TaskDefaults {
  /** Unique within the app. @default `Class.method`, or the class's name for a `Task` class */
  readonly name?: string | undefined;
  /**
   * The group that the task is in: one of the module's `groups`, whose defaults it takes; when there are none, a label
   * by which tasks are paused together.
   */
  readonly group?: string | undefined;
  /** A Standard Schema (zod, valibot, …) that a manual run's payload must pass. @default any payload */
  readonly payload?: PayloadSchema | undefined;
  /** A drain waits for runs with a lower number first, for equal ones together. @default the order of creation */
  readonly shutdownOrder?: number | undefined;

  /**
   * Whether the task's triggers count; otherwise what is due is skipped as `disabled`. A function is asked at each
   * instant; when it throws, the task runs. Runs by hand are not asked.
   *
   * @default true
   */
  readonly enabled?: boolean | (() => boolean) | undefined;
  /** With the overlap `allowAll`: how many runs of the task go on at once, a whole number from 1. @default any number */
  readonly concurrency?: number | undefined;
  /** Which runs start first when they wait for a limit of their group or the process: the higher. @default 0 */
  readonly priority?: number | undefined;
  /** What happens when the task's runs fail again and again. @default nothing */
  readonly errorThreshold?: ErrorThresholdOptions | undefined;
  /** After how many runs nothing is due any more, from 1; counts those of earlier processes if the store does. @default any number */
  readonly maxRuns?: number | undefined;
  /** One run more when the scheduler starts, or this long after. Its cause is `start`. @default false */
  readonly runOnStart?: boolean | Duration | undefined;

  /**
   * How far back instants are looked for, at the start, that came while no process was there: the misfire policy says
   * which of them run, with the cause `catchUp`. It needs a run store that outlives the process. @default 0
   */
  readonly catchUp?: Duration | undefined;
  /**
   * With an engine that many processes share: whether a run whose process died runs again, so that it runs at least
   * once, or ends as `abandoned`, so that it runs at most once. @default 'rerun'
   */
  readonly onCrash?: 'rerun' | 'fail' | undefined;
  /**
   * Where a dead man's switch, such as healthchecks.io, hears of the task's runs: the address of its check. It needs
   * `StsHeartbeatModule` of `nestjs-sts/heartbeat` among the imports. @default none
   */
  readonly heartbeat?: { readonly url: string } | undefined;
}

/** Options of `@Every`. */
export interface EveryTaskOptions extends TaskOptions, TriggerOptions {
  /** How far each instant lies after the multiples of the period counted from the epoch. @default 0 */
  readonly offset?: Duration | undefined;
}

/** Options of `@Cron`. */
export interface CronTaskOptions extends TaskOptions, TriggerOptions {
  /** An IANA zone such as `'Europe/Paris'`, or an offset such as `'+02:00'`. @default the module's, else the host's */
  readonly timeZone?: string | undefined;
}

/** Options of `@At` and `@Schedule`. */
export type TriggerTaskOptions = TaskOptions & TriggerOptions;

/** A schedule, as it is written everywhere: one rule and, beside it, options. */
export type ScheduleOptions =
  | ({ readonly every: Duration | Disabled } & EveryTaskOptions)
  | ({ readonly cron: string | Disabled } & CronTaskOptions)
  | ({ readonly at: Instant | Disabled } & TriggerTaskOptions)
  | ({ readonly schedule: Trigger | Disabled } & TriggerTaskOptions)
  | TaskOptions;

/** Other options for a task: `null` takes one back, so that group and module decide. */
export type TaskUpdate = OrNull<ScheduleOptions>;

type OrNull<T> = T extends unknown ? { readonly [K in keyof T]: T[K] | null } : never;

/** The keys of `TaskDefaults`. */
export const DEFAULT_KEYS = [
  'overlap',
  'bufferSize',
  'misfire',
  'misfireGrace',
  'timeout',
  'retry',
  'shutdownGrace',
  'logFormatter',
  'enhancers',
] as const satisfies readonly (keyof TaskDefaults)[];

/** The keys that a task has beside those of `TaskDefaults`. */
export const OWN_KEYS = [
  'name',
  'group',
  'payload',
  'shutdownOrder',
  'enabled',
  'concurrency',
  'priority',
  'errorThreshold',
  'maxRuns',
  'runOnStart',
  'catchUp',
  'onCrash',
  'heartbeat',
] as const satisfies readonly (keyof TaskOptions)[];
