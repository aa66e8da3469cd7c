import { RunAbandonedError, RunTimeoutError } from '../errors.js';
import type { Outcome } from './outcome.js';
import type { StsEvent } from './run.events.js';
import type { Attempt, Run } from './run.js';

/** An attempt that failed, timed out, or whose end nobody saw. */
export interface Failure {
  /** As it was thrown; a `RunTimeoutError` or a `RunAbandonedError` for what nothing was thrown for. */
  readonly error: unknown;
  readonly taskName: string;
  /** As it stood then, with this attempt. */
  readonly run: Run;
  /** `null` when the process that made it has died. */
  readonly attempt: Attempt | null;
  /** When another attempt follows, epoch ms; `null` = the run has failed with it. */
  readonly retryAt: number | null;
}

/** Finds each failure once in what happens. A run that was cancelled has not failed. */
export class Failures {
  /** A guard may refuse the attempt that was to follow: then the run ends with one that was told. */
  readonly #told = new WeakSet<Attempt>();

  in(event: StsEvent): Failure | null {
    if (event.type === 'attemptFailed') {
      const { run, attempt, retryAt } = event;
      this.#told.add(attempt);
      return failureOf(run, { attempt, retryAt, outcome: attempt.outcome });
    }
    if (event.type !== 'runFinished') return null;
    const { run } = event;
    const last = run.attempts.at(-1);
    const isItsEnd = last !== undefined && last.outcome.kind === run.outcome.kind;
    if (isItsEnd && this.#told.has(last)) return null;
    return failureOf(run, { attempt: isItsEnd ? last : null, retryAt: null, outcome: run.outcome });
  }
}

/** Its error, or what stands for it; `undefined` for what is no failure. */
export function errorOf(outcome: Outcome, taskName: string): { readonly error: unknown } | undefined {
  switch (outcome.kind) {
    case 'failure':
      return { error: outcome.error };
    case 'timeout':
      return { error: new RunTimeoutError(taskName, outcome.timeoutMs) };
    case 'abandoned':
      return { error: new RunAbandonedError(taskName, outcome.reason) };
    case 'success':
    case 'cancelled':
    case 'skipped':
      return undefined;
  }
}

function failureOf(
  run: Run,
  { outcome, ...rest }: Pick<Failure, 'attempt' | 'retryAt'> & { readonly outcome: Outcome },
): Failure | null {
  const { taskName } = run;
  const failed = errorOf(outcome, taskName);
  return failed === undefined ? null : { ...failed, taskName, run, ...rest };
}
