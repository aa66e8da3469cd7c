import type { AttemptOutcome, Outcome } from '../run/outcome.js';
import type { Attempt, Cause, FinishedRun, Run } from '../run/run.js';
import { withLine, type RunLogLine } from '../run/run.log.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Lane } from './lane.js';
import type { Submission, SubmittedRun } from './engine.js';

/** What a run is doing just now: a handler's call, or a wait. */
export interface Step {
  readonly isWait: boolean;
  /** Ends a wait at once, or asks a handler to end. */
  cancel(reason: string): void;
  /** Ends it with this outcome, whatever a handler does. */
  giveUp(outcome: AttemptOutcome): void;
}

/** A run from its submission to its end: the one place where its state changes. */
export class ActiveRun implements SubmittedRun {
  readonly id: string;
  readonly task: TaskDefinition;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly payload: unknown;
  /** Whether it waits for the runs of its task that were accepted before, whatever the overlap says. */
  readonly isInTurn: boolean;
  /** The number of the attempt that goes on or comes next, from 1. */
  attempt = 1;
  /** Which slot of its lane it holds; -1 = none. */
  slot = -1;
  /** Whether it counts for the limits of its group and the process. */
  isThroughGate = false;
  /** Whether it waits for a limit. */
  isAtGate = false;
  /** Whether it counts for its task's `maxRuns`. */
  isCounted = false;
  /** Where it is until it has ended; a run that was never accepted is nowhere. */
  lane: Lane<ActiveRun> | undefined;
  /** Whether its handler was asked to end, and has its time for that. */
  isCancelled = false;
  readonly #node: string;
  #attempts: readonly Attempt[] = NO_ATTEMPTS;
  #lines: readonly RunLogLine[] = NO_LINES;
  #startedAt: number | null = null;
  #end: FinishedRun | undefined;
  #waiters: ((run: FinishedRun) => void)[] | undefined;
  #step: Step | undefined;
  #takeBack: (() => void) | undefined;
  #onAdmitted: (() => void) | undefined;

  constructor({ id, task, cause, dueAt, payload, verdict }: Submission, node: string) {
    this.isInTurn = verdict.kind === 'run' && verdict.isInTurn === true;
    this.id = id;
    this.task = task;
    this.cause = cause;
    this.dueAt = dueAt;
    this.payload = payload;
    this.#node = node;
  }

  get hasStarted(): boolean {
    return this.#startedAt !== null;
  }

  /** When its first handler was called, epoch ms; `null` while none of them is at work. */
  get workingSince(): number | null {
    return this.#step === undefined || this.#step.isWait ? null : this.#startedAt;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  snapshot(): Run {
    return this.#end ?? this.#asRun(null, null);
  }

  finished(): Promise<FinishedRun> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise(resolve => (this.#waiters ??= []).push(resolve));
  }

  /** Keeps a line of its log. */
  keep(line: RunLogLine): void {
    this.#lines = withLine(this.#lines, line);
  }

  /** Goes on where another process left it. */
  resume({ startedAt, attempts, log }: Pick<Run, 'startedAt' | 'attempts' | 'log'>): void {
    this.#startedAt = startedAt;
    this.#attempts = attempts;
    this.#lines = log;
    this.attempt = (attempts.at(-1)?.number ?? 0) + 1;
  }

  enter(step: Step): void {
    this.#step = step;
  }

  cancel(reason: string): void {
    this.#step?.cancel(reason);
  }

  /** Ends a wait at once; leaves a handler alone. */
  cancelWait(reason: string): void {
    if (this.#step?.isWait) this.#step.cancel(reason);
  }

  /** Ends the run with this outcome, whatever its handler does. */
  giveUp(outcome: AttemptOutcome): void {
    this.#step?.giveUp(outcome);
  }

  /** What is to be taken back when the run has ended. */
  onEnd(takeBack: () => void): void {
    this.#takeBack?.();
    this.#takeBack = takeBack;
  }

  startAttempt(at: number): void {
    this.#startedAt ??= at;
  }

  /** What is to be told when its guards have let it start. */
  onAdmitted(tell: () => void): void {
    this.#onAdmitted = tell;
  }

  /** Tells that it has started, once. */
  admitted(): void {
    const tell = this.#onAdmitted;
    this.#onAdmitted = undefined;
    tell?.();
  }

  /** A guard did not let its handler run: without an attempt it has never started. */
  refuse(): AttemptOutcome | undefined {
    const last = this.#attempts.at(-1)?.outcome;
    if (last === undefined) this.#startedAt = null;
    return last;
  }

  endAttempt(startedAt: number, endedAt: number, outcome: AttemptOutcome): Attempt {
    const attempt = { number: this.attempt++, startedAt, endedAt, outcome };
    const earlier = this.#attempts;
    this.#attempts = earlier.length === 0 ? [attempt] : [...earlier.slice(1 - MOST_ATTEMPTS), attempt];
    return attempt;
  }

  end(outcome: Outcome, endedAt: number): FinishedRun {
    this.#step = undefined;
    this.#takeBack?.();
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
      log: this.#lines,
      node: this.#node,
    };
  }
}

/** How many attempts a run keeps: a task may be retried for ever. */
const MOST_ATTEMPTS = 100;

const NO_ATTEMPTS: readonly Attempt[] = Object.freeze([]);
const NO_LINES: readonly RunLogLine[] = Object.freeze([]);
