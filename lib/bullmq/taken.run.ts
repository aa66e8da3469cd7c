import type { Submission } from '../engine/engine.js';
import type { ActiveRun } from '../engine/active.run.js';
import type { AttemptOutcome, Outcome } from '../run/outcome.js';
import { keptError } from '../run/kept.run.js';
import type { Run } from '../run/run.js';
import { keptState, resultOf, stackWith, type RunJob, type RunResult, type RunState } from './run.job.js';

/** How far an attempt has brought a run. */
export type Progress =
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'retry'; readonly retryAt: number };

/** A run that this process has taken, until its outcome is recorded, it is put back, or it is lost. */
export class TakenRun {
  readonly job: RunJob;
  readonly token: string;
  readonly run: ActiveRun;
  readonly submission: Submission;
  /** How it ended, with when: what is to be recorded. */
  ending: { readonly outcome: Outcome; readonly endedAt: number } | undefined;
  isLost = false;
  /** Until when nobody else can have it, as `performance.now()` counts. */
  heldUntil = Infinity;

  constructor(job: RunJob, token: string, taken: { run: ActiveRun; submission: Submission }) {
    this.job = job;
    this.token = token;
    this.run = taken.run;
    this.submission = taken.submission;
  }

  /** What is kept of it when it has ended in order. */
  result(): RunResult {
    return resultOf(this.#asRun(), this.job);
  }

  /** What is kept of it when it has ended so, or waits until `retryAt` (epoch ms). */
  state(retryAt: number | null): RunState {
    return keptState(this.#asRun(), retryAt);
  }

  /** What is kept beside its failure, or its wait. */
  stack(retryAt: number | null): string {
    const outcome = this.ending?.outcome ?? this.run.snapshot().attempts.at(-1)?.outcome;
    return stackWith(this.state(retryAt), outcome === undefined ? '' : textOf(outcome));
  }

  #asRun(): Run {
    const { outcome = null, endedAt = null } = this.ending ?? {};
    return { ...this.run.snapshot(), outcome, endedAt };
  }
}

/** What went wrong, in words; with the stack when there is one. */
export function textOf(outcome: Outcome | AttemptOutcome): string {
  switch (outcome.kind) {
    case 'failure': {
      const { stack, message } = keptError(outcome.error);
      return stack || message;
    }
    case 'timeout':
      return `timed out after ${outcome.timeoutMs} ms`;
    case 'cancelled':
    case 'abandoned':
    case 'skipped':
      return `${outcome.kind} (${outcome.reason})`;
    case 'success':
      return 'success';
  }
}
