import type { LogFormatter } from '../log/log.formatter.js';
import type { ErrorThreshold } from '../policy/error.threshold.js';
import type { MisfirePolicy } from '../policy/misfire.js';
import type { Overlap, OverlapPolicy } from '../policy/overlap.js';
import type { RetryPolicy } from '../policy/retry.js';
import type { Schedule } from './schedule.js';
import type { Schedules } from './schedules.js';
import type { PayloadSchema } from './payload.schema.js';
import type { TaskContext } from './task.context.js';
import type { Enhancers } from './enhancers.js';
import type { Declaration } from './task.declaration.js';

/** Calls the user's code. */
export type Handler = (context: TaskContext<unknown>) => unknown;

/** How a task's handler is called. */
export interface Call {
  readonly handler: Handler;
  /** Whether guards are asked first: the run has started when they have let it. */
  readonly isGuarded: boolean;
}

/** How it is called with these enhancers. */
export type CallWith = (enhancers: Enhancers) => Call;

/** Decisions that are made once, when the task is defined. */
export interface TaskPolicy extends MisfirePolicy {
  readonly overlap: Overlap;
  /** How many runs may wait. */
  readonly bufferSize: number;
  /** `null` = none. */
  readonly timeoutMs: number | null;
  readonly retry: RetryPolicy;
  readonly shutdownGraceMs: number;
  readonly logFormatter: LogFormatter;
  readonly enhancers: Enhancers;
}

/** A task as the user wrote it. */
export interface RawTask {
  /** The name it has unless an option gives another. */
  readonly name: string;
  /** Where the user wrote it, for messages: `ReportTasks.nightly in ReportModule`. */
  readonly place: string;
  /** The object that bears the handler: a provider, a `Task`, a `{ name, run }`. */
  readonly owner: object;
  readonly handler: Handler;
  /** The handler with enhancers around it; absent where Nest has none. */
  readonly callWith?: CallWith | undefined;
  readonly declarations: readonly Declaration[];
  /** What `SchedulerRegistry.update()` said since: each beats those before it, and all declarations. */
  readonly updates?: readonly Declaration[];
}

/** A task, resolved and frozen. */
export interface TaskDefinition extends TaskPolicy, OverlapPolicy, Call, Schedules {
  readonly name: string;
  readonly group: string | null;
  readonly place: string;
  readonly owner: object;
  /** What it was resolved from, so that a trigger can be added. */
  readonly source: RawTask;
  /** The schedules of a task that the app does not let run by schedule; `schedules` has none of them then. */
  readonly setAside: readonly Schedule[];
  /** The place of the configuration that disables it, see `TaskDescription`; `null` = none. */
  readonly disabledBy: string | null;
  /** `null` = any payload. */
  readonly payload: PayloadSchema | null;
  readonly shutdownOrder: number;
  readonly enabled: boolean | (() => boolean);
  /** See `TaskOptions`. */
  readonly priority: number;
  /** `null` = none. */
  readonly errorThreshold: ErrorThreshold | null;
  /** `null` = any number. */
  readonly maxRuns: number | null;
  /** How far back missed instants are caught up, in ms; `null` = not at all. */
  readonly catchUpMs: number | null;
  /** What becomes of a run whose process died, see `TaskOptions`. */
  readonly onCrash: 'rerun' | 'fail';
  /** How long after the start, in ms; `null` = no such run. */
  readonly runOnStartMs: number | null;
  /** Whom a door tells of its runs; `null` = nobody. */
  readonly heartbeat: { readonly url: string } | null;
}
