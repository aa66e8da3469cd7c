import type { Attempt, FinishedRun, Run } from './run.js';
import type { LogLevel } from './run.log.js';
import type { Scope } from './scope.js';

/** All that happens, in the order in which it happens. `at` is epoch ms. */
export type StsEvent =
  | {
      readonly type: 'taskAdded';
      readonly at: number;
      readonly taskName: string;
      readonly triggers: readonly string[];
    }
  | { readonly type: 'taskRemoved'; readonly at: number; readonly taskName: string }
  /**
   * A trigger names no instant after `lastDueAt` (epoch ms), such as an `@At` that has just come due; `null` when
   * it named none since the start, such as an `@At` that was over by then.
   */
  | {
      readonly type: 'triggerExhausted';
      readonly at: number;
      readonly taskName: string;
      readonly trigger: string;
      readonly lastDueAt: number | null;
    }
  /** A trigger of the user's own threw, or named no later instant: it is not asked again. */
  | {
      readonly type: 'triggerFailed';
      readonly at: number;
      readonly taskName: string;
      readonly trigger: string;
      readonly error: unknown;
    }
  /** A function among the task's options threw. */
  | {
      readonly type: 'policyFailed';
      readonly at: number;
      readonly taskName: string;
      readonly policy: 'retry' | 'enabled' | 'exclude';
      readonly error: unknown;
    }
  | {
      readonly type: 'schedulerStarted';
      readonly at: number;
      readonly tasks: number;
      readonly nextAt: number | null;
    }
  | { readonly type: 'schedulerStopped'; readonly at: number }
  /** What is due of the task or the group is skipped from now on; from `until` (epoch ms) on one run may try. */
  | {
      readonly type: 'paused';
      readonly at: number;
      readonly scope: Scope;
      readonly reason: string;
      readonly until: number | null;
    }
  | { readonly type: 'resumed'; readonly at: number; readonly scope: Scope; readonly reason: string }
  /** As many runs have failed, with no success between them, as the error threshold allows. */
  | {
      readonly type: 'errorThresholdReached';
      readonly at: number;
      readonly scope: Scope;
      readonly failures: number;
    }
  /** A task was given other options, or another schedule, at run time. */
  | {
      readonly type: 'taskUpdated';
      readonly at: number;
      readonly taskName: string;
      readonly triggers: readonly string[];
    }
  /** A task has had as many runs as its `maxRuns` says: nothing of it is due any more. */
  | {
      readonly type: 'maxRunsReached';
      readonly at: number;
      readonly taskName: string;
      readonly maxRuns: number;
    }
  /** A run waits: for its jitter, for an earlier one of its task, or for a limit of its group or the process. */
  | {
      readonly type: 'runWaiting';
      readonly at: number;
      readonly run: Run;
      readonly waitsFor: 'jitter' | 'overlap' | 'limit';
    }
  /** A run that waited when the scheduler stopped is left to the next start, for its task catches up what it missed. */
  | { readonly type: 'runLeft'; readonly at: number; readonly run: Run }
  /** Nothing in the process listens to SIGTERM, which will cut runs off. */
  | { readonly type: 'shutdownHooksMissing'; readonly at: number }
  | { readonly type: 'runSkipped'; readonly at: number; readonly run: FinishedRun }
  | { readonly type: 'runStarted'; readonly at: number; readonly run: Run }
  /** An attempt ended without success, and there will be another at `retryAt` (epoch ms). */
  | {
      readonly type: 'attemptFailed';
      readonly at: number;
      readonly run: Run;
      readonly attempt: Attempt;
      readonly retryAt: number;
    }
  | { readonly type: 'runFinished'; readonly at: number; readonly run: FinishedRun }
  /** A line that a handler wrote with `context.logger`. */
  | {
      readonly type: 'runLogged';
      readonly at: number;
      readonly taskName: string;
      readonly runId: string;
      readonly attempt: number;
      readonly level: LogLevel;
      readonly message: string;
      /** As it stands, with this line. */
      readonly run: Run;
    }
  /** A handler said how far it is; `fraction` from 0 to 1. */
  | {
      readonly type: 'runProgressed';
      readonly at: number;
      readonly taskName: string;
      readonly runId: string;
      readonly fraction: number;
      readonly message: string | null;
    }
  /**
   * The wall clock was set back by `byMs`. A rule that names several instants until its next one goes on from now, so
   * that some of them are due again; one that names less waits for its next one.
   */
  | { readonly type: 'clockSetBack'; readonly at: number; readonly byMs: number }
  /**
   * Nothing but one piece of work went on in the process for `byMs`, so that all that was due meanwhile is late.
   * `taskName` is the task whose handler did not return for so long; `null` when it is not certain. `running` are the
   * tasks whose handlers were at work then, at most ten: one of them may have done it after an `await`.
   */
  | {
      readonly type: 'eventLoopBlocked';
      readonly at: number;
      readonly byMs: number;
      readonly taskName: string | null;
      readonly running: readonly string[];
    }
  | { readonly type: 'drainStarted'; readonly at: number; readonly running: readonly string[] }
  /** The drain now waits for this run, at most for its grace, before it aborts its signal. */
  | {
      readonly type: 'drainWaiting';
      readonly at: number;
      readonly taskName: string;
      readonly runId: string;
      readonly graceMs: number;
    }
  | { readonly type: 'drainAborting'; readonly at: number; readonly taskName: string; readonly runId: string }
  /** `abandoned` are the ids of the runs whose end nobody saw; `unsettled` the tasks whose handlers still run. */
  | {
      readonly type: 'drainFinished';
      readonly at: number;
      readonly tookMs: number;
      readonly abandoned: readonly string[];
      readonly unsettled: readonly Unsettled[];
    }
  /** A subscriber of `events$`, or the module's `onError`, threw or rejected: this harms nobody else. */
  | {
      readonly type: 'listenerFailed';
      readonly at: number;
      readonly listener: 'subscriber' | 'onError';
      readonly error: unknown;
    }
  /**
   * This process has lost its hold of a run that it executes, because it was stopped or cut off for too long: the run's
   * signal has aborted, what its handler still does does not count, and another process runs it again.
   */
  | { readonly type: 'runLost'; readonly at: number; readonly run: Run }
  /** The server that processes share does not work: told once, until it works again. */
  | { readonly type: 'engineFailed'; readonly at: number; readonly error: unknown }
  | { readonly type: 'engineRecovered'; readonly at: number }
  /** Something about the server, or about the clock of this process, that will do harm sooner or later. */
  | { readonly type: 'engineWarned'; readonly at: number; readonly message: string }
  /** The run store failed: this costs history, never a run. */
  | { readonly type: 'storeFailed'; readonly at: number; readonly error: unknown };

/** How many handlers of a task still run although their attempts have ended. */
export interface Unsettled {
  readonly taskName: string;
  readonly handlers: number;
}

/** The event of one type. */
export type EventOf<Type extends StsEvent['type']> = Extract<StsEvent, { type: Type }>;
