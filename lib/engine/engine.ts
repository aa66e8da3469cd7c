import type { Pause } from '../policy/pause.js';
import type { Cause, FinishedRun } from '../run/run.js';
import type { Skipped } from '../run/outcome.js';
import type { Scope } from '../run/scope.js';
import type { TaskDefinition } from '../task/task.definition.js';

/** What the dispatcher decided about an instant: run it, or skip it with a reason. */
export type Verdict = Go | Skip;

export interface Go {
  readonly kind: 'run';
  /** How many ms after the due instant. @default 0 */
  readonly delayMs?: number;
  /** Whether it waits for the runs of its task that were accepted before, whatever the overlap says. @default false */
  readonly isInTurn?: boolean;
}

/** See `Skipped`. */
export interface Skip extends Omit<Skipped, 'kind'> {
  readonly kind: 'skip';
}

/** A run that is wanted. */
export interface Submission {
  /** The same for the same task and instant, so that an engine can keep the first of several. */
  readonly id: string;
  readonly task: TaskDefinition;
  readonly cause: Cause;
  /** Epoch ms. */
  readonly dueAt: number;
  readonly payload: unknown;
  readonly verdict: Verdict;
}

/** A run that was accepted. */
export interface SubmittedRun {
  readonly id: string;
  /** Resolves when the run has ended, however it ended; never rejects because of a handler. */
  finished(): Promise<FinishedRun>;
}

/** How an engine stops. */
export interface StopOptions {
  /** `'wait'` gives each run the grace of its task, `'abort'` none. */
  readonly running: 'wait' | 'abort';
  /** After this many ms nothing is waited for any more. */
  readonly timeoutMs: number;
}

/** A process that takes runs. */
export interface ClusterNode {
  /** `host:pid`, as in runs. */
  readonly id: string;
  /** Of nestjs-sts. */
  readonly version: string;
  /** When its scheduler started, epoch ms. */
  readonly startedAt: number;
  /** When it was last heard of, epoch ms. */
  readonly seenAt: number;
  /** How far its clock is ahead of the server's, in ms; `null` when there is no server. */
  readonly clockSkewMs: number | null;
}

/**
 * Decides which process executes a run and who waits. Every submission gets exactly one outcome. What it answers without
 * a promise is the view of this process.
 */
export interface Engine {
  /** @throws {ConfigurationError} for what the engine cannot honour; an engine without it honours everything. */
  check?(task: TaskDefinition): void;
  /** Takes submissions from now on, again after a `stop()`. */
  start(): void | Promise<void>;
  submit(submission: Submission): SubmittedRun | Promise<SubmittedRun>;
  /** How many runs of the task go on in this process, waits for a retry included. */
  active(taskName: string): number;
  /** How many runs of the task have been accepted in this process, and wait to start. */
  waiting(taskName: string): number;
  /** How many runs of due instants have been accepted in this process, of all tasks, and have not ended. */
  going(): number;
  /** The tasks whose handlers have been at work in this process since an instant (epoch ms), or longer. */
  atWork(since: number): readonly string[];
  /** Whether the task has had as many runs as its `maxRuns` says, so that nothing of it is due any more. */
  isDone(task: TaskDefinition): boolean;
  /** Whether a run goes on in this process, or waits to start. */
  isGoing(runId: string): boolean;
  /** Ends a run: a wait at once, a handler through its signal; after 5 s it is given up. `false` when it is over. */
  cancel(runId: string, reason: string): boolean | Promise<boolean>;
  /** From now on what is due is skipped as `paused`, and so is what waits to start. Pausing twice changes nothing. */
  pause(scope: Scope, reason: string): void | Promise<void>;
  resume(scope: Scope, reason: string): void | Promise<void>;
  /** The pause of a task or a group; `null` when it is not paused. */
  paused(scope: Scope): Pause | null;
  /** Forgets a task that was removed: what waits to start is cancelled, what runs goes on. */
  remove(taskName: string): void | Promise<void>;
  /** Ends all runs; what is submitted from its call on is skipped as `draining`. */
  stop(options: StopOptions): Promise<void>;
  /** The processes that take runs; an engine without it has this one only. */
  nodes?(): Promise<readonly ClusterNode[]>;
}
