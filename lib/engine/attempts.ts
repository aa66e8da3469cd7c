import { Execution, type ExecutionHost } from '../executor/execution.js';
import { randomOf } from '../policy/jitter.js';
import { nextDelay } from '../policy/retry.js';
import type { AttemptOutcome } from '../run/outcome.js';
import type { Attempt } from '../run/run.js';
import type { ActiveRun, Step } from './active.run.js';

export interface AttemptsHost extends ExecutionHost {
  /** Whether failed attempts are followed by others. */
  readonly mayRetry: () => boolean;
  readonly onEnd: (run: ActiveRun, outcome: AttemptOutcome) => void;
}

/** Leads runs through their attempts and the waits between them. */
export class Attempts {
  readonly #host: AttemptsHost;

  constructor(host: AttemptsHost) {
    this.#host = host;
  }

  /** Calls the handler within this call: one that returns at once costs no promise. */
  start(run: ActiveRun): void {
    const { task, id, cause, dueAt, payload, attempt } = run;
    const startedAt = this.#host.clock.now();
    const maxAttempts = task.retry.retries + 1;
    const taskName = task.name;
    const order = { taskName, runId: id, cause, dueAt, startedAt, attempt, maxAttempts, payload, log: run };
    const execution = new Execution(task, order, this.#host, outcome => this.#ended(run, startedAt, outcome));
    run.startAttempt(startedAt);
    // Who hears of the start may end the run, so that it is in its step before.
    run.enter(execution);
    if (attempt === 1) this.#host.record({ type: 'runStarted', at: startedAt, run: run.snapshot() });
    execution.start();
  }

  #ended(run: ActiveRun, startedAt: number, outcome: AttemptOutcome): void {
    const endedAt = this.#host.clock.now();
    const attempt = run.endAttempt(startedAt, endedAt, outcome);
    const delayMs = this.#retryDelay(run, attempt);
    if (delayMs === null) return this.#host.onEnd(run, outcome);
    run.enter(this.#wait(run, delayMs));
    const retryAt = endedAt + delayMs;
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
      const delayMs = nextDelay(task.retry, failed, () => randomOf(`${id} ${number}`));
      // What was asked may have started a drain.
      return this.#host.mayRetry() ? delayMs : null;
    } catch (error) {
      const at = this.#host.clock.now();
      this.#host.record({ type: 'policyFailed', at, taskName: task.name, policy: 'retry', error });
      return null;
    }
  }
}
