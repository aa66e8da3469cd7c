import type { Execution } from '../executor/execution.js';
import type { Executor } from '../executor/executor.js';
import { admits } from '../policy/overlap.js';
import { randomOf } from '../policy/jitter.js';
import { nextDelay } from '../policy/retry.js';
import type { AttemptOutcome, Outcome } from '../run/outcome.js';
import type { Attempt } from '../run/run.js';
import { ActiveRun } from './active.run.js';
import { drain, type DrainHost } from './drain.js';
import type { Engine, StopOptions, Submission, SubmittedRun, Verdict } from './engine.js';

export interface InProcessHost extends DrainHost {
  readonly executor: Executor;
  /** The name of this process in runs. */
  readonly node: string;
}

/** Runs everything in this process and keeps nothing across restarts. */
export class InProcessEngine implements Engine {
  readonly #host: InProcessHost;
  /** The runs that hold a slot, from admission to the end of the last attempt. */
  readonly #active = new Set<ActiveRun>();
  readonly #slots = new Map<string, number>();
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
      const { now } = this.#host.clock;
      const skipped = run.end({ kind: 'skipped', reason: verdict.reason }, now());
      this.#host.record({ type: 'runSkipped', at: skipped.endedAt, run: skipped });
    } else {
      this.#active.add(run);
      this.#slots.set(run.task.name, this.active(run.task.name) + 1);
      void this.#carryOut(run);
    }
    return run;
  }

  active(taskName: string): number {
    return this.#slots.get(taskName) ?? 0;
  }

  async stop(options: StopOptions): Promise<void> {
    const { clock, record, executor } = this.#host;
    this.#isStopping = true;
    const startedAt = clock.now();
    const runs = [...this.#active];
    record({ type: 'drainStarted', at: startedAt, running: runs.map(run => run.id) });
    await drain(runs, options, this.#host);
    const abandoned = runs.filter(run => run.snapshot().outcome?.kind === 'abandoned').map(run => run.id);
    const at = clock.now();
    record({ type: 'drainFinished', at, tookMs: at - startedAt, abandoned, unsettled: executor.unsettled() });
  }

  #admit({ verdict, task }: Submission): Verdict {
    if (this.#isStopping) return { kind: 'skip', reason: 'draining' };
    if (verdict.kind === 'skip' || admits(task.overlap, this.active(task.name))) return verdict;
    return { kind: 'skip', reason: 'overlap' };
  }

  /** Never rejects: a failing handler is an outcome. The first handler call is within this call. */
  async #carryOut(run: ActiveRun): Promise<void> {
    for (;;) {
      const startedAt = this.#host.clock.now();
      const execution = this.#startAttempt(run, startedAt);
      const outcome = await execution.outcome;
      const attempt = { number: run.attemptCount + 1, startedAt, endedAt: this.#host.clock.now(), outcome };
      run.endAttempt(attempt);
      const delayMs = this.#retryDelay(run, attempt);
      if (delayMs === null) return this.#finish(run, outcome, attempt.endedAt);
      const retryAt = attempt.endedAt + delayMs;
      this.#host.record({
        type: 'attemptFailed',
        at: attempt.endedAt,
        run: run.snapshot(),
        attempt,
        retryAt,
      });
      // Who hears of the failure may start a drain.
      if (this.#isStopping) return this.#finish(run, { kind: 'cancelled', reason: 'drain' }, attempt.endedAt);
      const ended = await run.wait(done => this.#host.clock.setTimer(retryAt, done));
      if (ended !== null) return this.#finish(run, ended, this.#host.clock.now());
    }
  }

  #startAttempt(run: ActiveRun, startedAt: number): Execution {
    const { task, id, cause, dueAt, payload } = run;
    const attempt = run.attemptCount + 1;
    run.startAttempt(startedAt);
    if (attempt === 1) this.#host.record({ type: 'runStarted', at: startedAt, run: run.snapshot() });
    const maxAttempts = task.retry.retries + 1;
    const order = { taskName: task.name, runId: id, cause, dueAt, startedAt, attempt, maxAttempts, payload };
    const execution = this.#host.executor.execute(task, order);
    run.attach(execution);
    return execution;
  }

  #retryDelay({ task, id }: ActiveRun, { number, outcome }: Attempt): number | null {
    if (this.#isStopping || outcome.kind === 'success') return null;
    try {
      return nextDelay(task.retry, { taskName: task.name, number, outcome }, randomOf(`${id} ${number}`));
    } catch (error) {
      this.#host.record({
        type: 'policyFailed',
        at: this.#host.clock.now(),
        taskName: task.name,
        policy: 'retry',
        error,
      });
      return null;
    }
  }

  #finish(run: ActiveRun, outcome: Outcome | AttemptOutcome, endedAt: number): void {
    this.#release(run);
    const finished = run.end(outcome, endedAt);
    this.#host.record({ type: 'runFinished', at: endedAt, run: finished });
    run.announce(finished);
  }

  #release(run: ActiveRun): void {
    this.#active.delete(run);
    const left = this.active(run.task.name) - 1;
    if (left > 0) this.#slots.set(run.task.name, left);
    else this.#slots.delete(run.task.name);
  }
}
