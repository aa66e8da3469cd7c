import { RunCancelledError } from '../errors.js';
import type { Execution } from '../executor/execution.js';
import type { AttemptOutcome, Outcome } from '../run/outcome.js';
import type { Attempt, Cause, FinishedRun, Run } from '../run/run.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Submission, SubmittedRun } from './engine.js';

/** A run from its submission to its end: the one place where its state changes. */
export class ActiveRun implements SubmittedRun {
  readonly id: string;
  readonly task: TaskDefinition;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly payload: unknown;
  readonly #node: string;
  #attempts: readonly Attempt[] = [];
  #startedAt: number | null = null;
  #end: FinishedRun | undefined;
  #waiters: ((run: FinishedRun) => void)[] | undefined;
  #execution: Execution | undefined;
  #cancelWait: ((outcome: AttemptOutcome) => void) | undefined;

  constructor({ id, task, cause, dueAt, payload }: Submission, node: string) {
    this.id = id;
    this.task = task;
    this.cause = cause;
    this.dueAt = dueAt;
    this.payload = payload;
    this.#node = node;
  }

  get attemptCount(): number {
    return this.#attempts.length;
  }

  snapshot(): Run {
    return this.#end ?? this.#asRun(null, null);
  }

  finished(): Promise<FinishedRun> {
    return new Promise(resolve => {
      if (this.#end !== undefined) resolve(this.#end);
      else (this.#waiters ??= []).push(resolve);
    });
  }

  startAttempt(at: number): void {
    this.#startedAt ??= at;
  }

  attach(execution: Execution): void {
    this.#execution = execution;
  }

  endAttempt(attempt: Attempt): void {
    this.#execution = undefined;
    this.#attempts = [...this.#attempts, attempt];
  }

  /** Between two attempts. Resolves with `null` after the wait, with an outcome when something ends it. */
  wait(arm: (done: () => void) => () => void): Promise<AttemptOutcome | null> {
    return new Promise(resolve => {
      const disarm = arm(() => {
        this.#cancelWait = undefined;
        resolve(null);
      });
      this.#cancelWait = outcome => {
        this.#cancelWait = undefined;
        disarm();
        resolve(outcome);
      };
    });
  }

  /** Ends a wait for the next attempt at once, or asks the handler to end. */
  cancel(reason: string): void {
    this.cancelWait(reason);
    this.#execution?.abort(new RunCancelledError(this.task.name, reason));
  }

  /** Ends a wait for the next attempt at once; leaves a handler alone. */
  cancelWait(reason: string): void {
    this.#cancelWait?.({ kind: 'cancelled', reason });
  }

  abandon(): void {
    this.#execution?.giveUp({ kind: 'abandoned', reason: 'drain' });
  }

  end(outcome: Outcome, endedAt: number): FinishedRun {
    this.#end = this.#asRun(outcome, endedAt) as FinishedRun;
    return this.#end;
  }

  /** Tells whoever waits for the end. */
  announce(run: FinishedRun): void {
    this.#waiters?.forEach(resolve => resolve(run));
  }

  #asRun(outcome: Outcome | null, endedAt: number | null): Run {
    const { id, cause, dueAt } = this;
    const taskName = this.task.name;
    return {
      id,
      taskName,
      cause,
      dueAt,
      startedAt: this.#startedAt,
      endedAt,
      attempts: this.#attempts,
      outcome,
      node: this.#node,
    };
  }
}
