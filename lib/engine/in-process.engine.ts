import { Execution, type ExecutionHost } from '../executor/execution.js';
import { randomOf } from '../policy/jitter.js';
import { admits } from '../policy/overlap.js';
import { nextDelay } from '../policy/retry.js';
import type { AttemptOutcome, Outcome, SkipReason } from '../run/outcome.js';
import type { Attempt } from '../run/run.js';
import { ActiveRun, type Step } from './active.run.js';
import { Drain } from './drain.js';
import type { Engine, StopOptions, Submission, SubmittedRun, Verdict } from './engine.js';

export interface InProcessHost extends ExecutionHost {
  /** The name of this process in runs. */
  readonly node: string;
}

/** Runs everything in this process and keeps nothing across restarts. */
export class InProcessEngine implements Engine {
  readonly #host: InProcessHost;
  /** The runs that hold a slot, from admission to the end of the last attempt. */
  readonly #active = new Set<ActiveRun>();
  readonly #slots = new Map<string, number>();
  #drain: { readonly drain: Drain; readonly finished: Promise<void> } | undefined;
  #isStopping = false;

  constructor(host: InProcessHost) {
    this.#host = host;
  }

  start(): void {
    this.#isStopping = false;
  }

  submit(submission: Submission): SubmittedRun {
    const run = new ActiveRun(submission, this.#host.node);
    const verdict = this.#admit(submission);
    if (verdict.kind === 'skip') {
      const skipped = run.end({ ...verdict, kind: 'skipped' }, this.#host.clock.now());
      this.#host.record({ type: 'runSkipped', at: skipped.endedAt, run: skipped });
    } else {
      this.#active.add(run);
      this.#slots.set(run.task.name, this.active(run.task.name) + 1);
      this.#attempt(run);
    }
    return run;
  }

  active(taskName: string): number {
    return this.#slots.get(taskName) ?? 0;
  }

  stop(options: StopOptions): Promise<void> {
    if (this.#drain === undefined) {
      if (this.#isStopping) return Promise.resolve();
      const runs = [...this.#active];
      const drain = new Drain(runs, options, this.#host);
      const finished = this.#endAll(runs, drain).finally(() => (this.#drain = undefined));
      this.#drain = { drain, finished };
    } else if (options.running === 'abort') {
      this.#drain.drain.hasten();
    }
    return this.#drain.finished;
  }

  async #endAll(runs: readonly ActiveRun[], drain: Drain): Promise<void> {
    const { clock, record, unsettled } = this.#host;
    this.#isStopping = true;
    const startedAt = clock.now();
    record({ type: 'drainStarted', at: startedAt, running: runs.map(run => run.id) });
    await drain.finished();
    const abandoned = runs.filter(run => run.snapshot().outcome?.kind === 'abandoned').map(run => run.id);
    const at = clock.now();
    record({ type: 'drainFinished', at, tookMs: at - startedAt, abandoned, unsettled: unsettled.list() });
  }

  #admit({ verdict, task, dueAt }: Submission): Verdict {
    if (verdict.kind === 'skip') return verdict;
    if (this.#isStopping) return skip('draining', dueAt);
    return admits(task.overlap, this.active(task.name)) ? verdict : skip('overlap', dueAt);
  }

  /** Calls the handler within this call: one that returns at once costs no promise. */
  #attempt(run: ActiveRun): void {
    const { task, id, cause, dueAt, payload, attempt } = run;
    const startedAt = this.#host.clock.now();
    const maxAttempts = task.retry.retries + 1;
    const order = { taskName: task.name, runId: id, cause, dueAt, startedAt, attempt, maxAttempts, payload };
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
    if (delayMs === null) return this.#finish(run, outcome, endedAt);
    run.enter(this.#waitForRetry(run, delayMs));
    const retryAt = endedAt + delayMs;
    this.#host.record({ type: 'attemptFailed', at: endedAt, run: run.snapshot(), attempt, retryAt });
  }

  #waitForRetry(run: ActiveRun, delayMs: number): Step {
    const disarm = this.#host.clock.after(delayMs, () => this.#attempt(run));
    const cancel = (reason: string) => {
      disarm();
      this.#finish(run, { kind: 'cancelled', reason }, this.#host.clock.now());
    };
    return { isWait: true, cancel, abandon: () => cancel('drain') };
  }

  #retryDelay({ task, id }: ActiveRun, { number, outcome }: Attempt): number | null {
    if (this.#isStopping || outcome.kind === 'success') return null;
    try {
      return nextDelay(task.retry, { taskName: task.name, number, outcome }, () =>
        randomOf(`${id} ${number}`),
      );
    } catch (error) {
      const at = this.#host.clock.now();
      this.#host.record({ type: 'policyFailed', at, taskName: task.name, policy: 'retry', error });
      return null;
    }
  }

  #finish(run: ActiveRun, outcome: Outcome, endedAt: number): void {
    this.#active.delete(run);
    const left = this.active(run.task.name) - 1;
    if (left > 0) this.#slots.set(run.task.name, left);
    else this.#slots.delete(run.task.name);
    const finished = run.end(outcome, endedAt);
    this.#host.record({ type: 'runFinished', at: endedAt, run: finished });
    run.announce(finished);
  }
}

function skip(reason: SkipReason, dueAt: number): Verdict {
  return { kind: 'skip', reason, count: 1, lastDueAt: dueAt };
}
