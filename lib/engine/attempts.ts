import { Execution, type AttemptEnd, type ExecutionHost, type Refused } from '../executor/execution.js';
import type { Draws } from '../policy/draws.js';
import { nextDelay } from '../policy/retry.js';
import type { AttemptOutcome, Outcome } from '../run/outcome.js';
import type { Attempt } from '../run/run.js';
import type { DurableMemory } from '../run/durable.memory.js';
import type { ActiveRun, Step } from './active.run.js';
import { DurableStarts } from './durable.starts.js';

export interface AttemptsHost extends ExecutionHost {
  readonly draws: Draws;
  /** Keeps that a run has started, when its task catches up what it has missed. */
  readonly memory: DurableMemory;
  /** Whether failed attempts are followed by others. */
  readonly mayRetry: () => boolean;
  readonly onEnd: (run: ActiveRun, outcome: Outcome) => void;
  /** Waits in place of this process, where waits outlive it. */
  readonly onRetry?: (run: ActiveRun, retryAt: number) => void;
}

/** From when to when, epoch ms. */
interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Leads runs through their attempts and the waits between them. */
export class Attempts {
  readonly #host: AttemptsHost;
  readonly #durableStarts: DurableStarts;

  constructor(host: AttemptsHost) {
    this.#host = host;
    this.#durableStarts = new DurableStarts(host.memory);
  }

  /** Calls the handler within this call: one that returns at once costs no promise. */
  start(run: ActiveRun): void {
    const { task, attempt } = run;
    const startedAt = this.#host.clock.now();
    let endedAt: number | undefined;
    const execution = new Execution(run, startedAt, this.#host, end => {
      endedAt = this.#host.clock.now();
      this.#ended(run, { startedAt, endedAt }, end);
    });
    run.startAttempt(startedAt);
    // Who hears of the start may end the run, so that it is in its step before.
    run.enter(execution);
    if (task.isGuarded) this.#startWhenAdmitted(run);
    else if (attempt === 1) this.#host.record({ type: 'runStarted', at: startedAt, run: run.snapshot() });
    const call = (calledAt: number) => {
      this.#host.onCall();
      execution.start();
      // To read a clock costs something, and has been done when the attempt has ended within its call.
      this.#host.onReturn(task.name, (endedAt ?? this.#host.clock.now()) - calledAt);
    };
    if (task.catchUpMs === null || attempt > 1) call(startedAt);
    else this.#durableStarts.start(() => call(this.#host.clock.now()));
  }

  /** What a guard refuses has never started: skips in a row are one record, with nothing between them. */
  #startWhenAdmitted(run: ActiveRun): void {
    if (run.attempt > 1) return;
    const { clock, record, memory } = this.#host;
    run.onAdmitted(() => {
      record({ type: 'runStarted', at: clock.now(), run: run.snapshot() });
      if (run.task.catchUpMs !== null) memory.flush();
    });
  }

  #ended(run: ActiveRun, span: Span, end: AttemptEnd): void {
    if (end.kind === 'refused') this.#refused(run, end);
    else this.#endedAs(run, span, end);
  }

  /** No other attempt follows. A run that has had one has an outcome: that of its last. */
  #refused(run: ActiveRun, { detail }: Refused): void {
    const { attempt, task, dueAt, id } = run;
    const last = run.refuse();
    if (last === undefined) {
      return this.#host.onEnd(run, { kind: 'skipped', reason: 'guard', count: 1, lastDueAt: dueAt, detail });
    }
    const line = { at: this.#host.clock.now(), attempt, level: 'WARNING', message: refusal(detail) } as const;
    run.keep(line);
    const taskName = task.name;
    this.#host.record({ type: 'runLogged', taskName, runId: id, ...line, run: run.snapshot() });
    this.#host.onEnd(run, last);
  }

  #endedAs(run: ActiveRun, { startedAt, endedAt }: Span, outcome: AttemptOutcome): void {
    // One that timed out while a guard thought it over has had its attempt.
    if (run.task.isGuarded) run.admitted();
    const attempt = run.endAttempt(startedAt, endedAt, outcome);
    const delayMs = this.#retryDelay(run, attempt);
    if (delayMs === null) return this.#host.onEnd(run, outcome);
    const retryAt = endedAt + delayMs;
    if (this.#host.onRetry === undefined) run.enter(this.#wait(run, delayMs));
    else this.#host.onRetry(run, retryAt);
    this.#host.record({ type: 'attemptFailed', at: endedAt, run: run.snapshot(), attempt, retryAt });
  }

  #wait(run: ActiveRun, delayMs: number): Step {
    const disarm = this.#host.clock.after(delayMs, () => this.start(run));
    const giveUp = (outcome: AttemptOutcome) => {
      disarm();
      this.#host.onEnd(run, outcome);
    };
    return { isWait: true, cancel: reason => giveUp({ kind: 'cancelled', reason }), giveUp };
  }

  #retryDelay({ task, id }: ActiveRun, { number, outcome }: Attempt): number | null {
    if (outcome.kind === 'success' || !this.#host.mayRetry()) return null;
    try {
      const failed = { taskName: task.name, number, outcome };
      const delayMs = nextDelay(task.retry, failed, () => this.#host.draws.of(`${id} ${number}`));
      // What was asked may have started a drain.
      return this.#host.mayRetry() ? delayMs : null;
    } catch (error) {
      const at = this.#host.clock.now();
      this.#host.record({ type: 'policyFailed', at, taskName: task.name, policy: 'retry', error });
      return null;
    }
  }
}

function refusal(detail: string | null): string {
  return `A guard refused another attempt${detail === null ? '' : `: ${detail}`}.`;
}
