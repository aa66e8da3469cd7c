import type { LogFormatterOption } from '../log/log.formatter.js';
import type { Overlap } from '../policy/overlap.js';
import type { RetryOptions } from '../policy/retry.js';
import type { Duration } from '../time/duration.js';
import type { Instant } from '../trigger/at.trigger.js';
import type { Trigger } from '../trigger/trigger.js';
import type { PayloadSchema } from './payload.schema.js';

/** What a task, its group or the module may say; the task's own word beats the group's, that the module's. */
export interface TaskDefaults {
  /**
   * What becomes of a due run while an earlier one of the task goes on: `'skip'` skips it and says so,
   * `'allowAll'` runs both.
   *
   * @default 'skip'
   */
  readonly overlap?: Overlap;
  /** How long one attempt may take; after that its signal aborts and it ends as `timeout`. @default 'none' */
  readonly timeout?: Duration | 'none';
  /** A number of retries, or how to retry. @default 0 retries, or the environment's `RETRIES` */
  readonly retry?: number | RetryOptions;
  /** How long a drain waits for a run of the task before it aborts it. @default '10s' */
  readonly shutdownGrace?: Duration;
  /** How the records of the task's runs are written. @default 'text' */
  readonly logFormatter?: LogFormatterOption;
}

/** What one task may say, on any of its decorators. */
export interface TaskOptions extends TaskDefaults {
  /** Unique within the app. @default `Class.method`, or the class's name for a `Task` class */
  readonly name?: string;
  /** The group whose defaults the task takes; see the module's `groups`. */
  readonly group?: string;
  /** A Standard Schema (zod, valibot, …) that a manual run's payload must pass. @default any payload */
  readonly payload?: PayloadSchema;
  /** A drain waits for runs with a lower number first, for equal ones together. @default the order of creation */
  readonly shutdownOrder?: number;

  /** Reserved: refused until it is supported. */
  readonly enabled?: boolean | (() => boolean);
  /** Reserved: refused until it is supported. */
  readonly concurrency?: number;
  /** Reserved: refused until it is supported. */
  readonly priority?: number;
  /** Reserved: refused until it is supported. */
  readonly misfire?: 'skip' | 'coalesce' | 'all';
  /** Reserved: refused until it is supported. */
  readonly misfireGrace?: Duration;
  /** Reserved: refused until it is supported. */
  readonly catchUp?: Duration;
  /** Reserved: refused until it is supported. */
  readonly errorThreshold?: {
    readonly failures: number;
    readonly within?: Duration;
    readonly action: 'pause' | 'alert';
    readonly resumeAfter?: Duration;
  };
  /** Reserved: refused until it is supported. */
  readonly maxRuns?: number;
  /** Reserved: refused until it is supported. */
  readonly runOnStart?: boolean | Duration;
  /** Reserved: refused until it is supported. */
  readonly onCrash?: 'rerun' | 'fail';
  /** Reserved: refused until it is supported. */
  readonly enhancers?: 'auto' | 'none' | 'all';
  /** Reserved: refused until it is supported. */
  readonly heartbeat?: { readonly url: string };
}

/** What belongs to one trigger, of any kind. */
export interface TriggerOptions {
  /** Reserved: refused until it is supported. */
  readonly jitter?: Duration;
  /** Reserved: refused until it is supported. */
  readonly startAt?: Instant;
  /** Reserved: refused until it is supported. */
  readonly endAt?: Instant;
  /** Reserved: refused until it is supported. */
  readonly exclude?: readonly Instant[] | ((dueAt: number) => boolean);
}

/** Options of `@Every`. */
export interface EveryTaskOptions extends TaskOptions, TriggerOptions {
  /** How far each instant lies after the multiples of the period counted from the epoch. @default 0 */
  readonly offset?: Duration;
}

/** Options of `@Cron`. */
export interface CronTaskOptions extends TaskOptions, TriggerOptions {
  /** An IANA zone such as `'Europe/Paris'`, or an offset such as `'+02:00'`. @default the module's, else the host's */
  readonly timeZone?: string;
}

/** Options of `@At` and `@Schedule`. */
export type TriggerTaskOptions = TaskOptions & TriggerOptions;

/** A schedule, as it is written everywhere: one rule and, beside it, options. */
export type ScheduleOptions =
  | ({ readonly every: Duration } & EveryTaskOptions)
  | ({ readonly cron: string } & CronTaskOptions)
  | ({ readonly at: Instant } & TriggerTaskOptions)
  | ({ readonly schedule: Trigger } & TriggerTaskOptions)
  | TaskOptions;

/** The keys of `TaskDefaults`. */
export const DEFAULT_KEYS = [
  'overlap',
  'timeout',
  'retry',
  'shutdownGrace',
  'logFormatter',
] as const satisfies readonly (keyof TaskDefaults)[];

/** The options that a later version brings, with nothing of them in this one. */
export const RESERVED_OPTIONS = [
  'enabled',
  'concurrency',
  'priority',
  'misfire',
  'misfireGrace',
  'catchUp',
  'errorThreshold',
  'maxRuns',
  'runOnStart',
  'onCrash',
  'enhancers',
  'heartbeat',
  'jitter',
  'startAt',
  'endAt',
  'exclude',
] as const;
