import { keptError } from '../run/kept.run.js';
import type { Outcome } from '../run/outcome.js';
import type { Attempt, Run } from '../run/run.js';
import type { RunLogLine } from '../run/run.log.js';
import type { AttemptView, ErrorView, LogLineView, ProgressView, RunMark, RunView } from './api.views.js';
import type { Redact } from './redaction.js';

export function markOf(run: Run): RunMark {
  const { id, taskName, cause, dueAt, startedAt, endedAt, outcome, attempts } = run;
  const isSkipped = outcome?.kind === 'skipped';
  return {
    id,
    task: taskName,
    cause,
    dueAt,
    startedAt,
    endedAt,
    outcome: outcome?.kind ?? null,
    attempts: attempts.length,
    count: isSkipped ? outcome.count : 1,
    lastDueAt: isSkipped ? outcome.lastDueAt : dueAt,
  };
}

/** Runs as they may be seen. */
export class RunViews {
  readonly #redact: Redact;
  readonly #progressOf: (runId: string) => ProgressView | null;

  constructor(redact: Redact, progressOf: (runId: string) => ProgressView | null) {
    this.#redact = redact;
    this.#progressOf = progressOf;
  }

  of(run: Run): RunView {
    const { id, taskName: task, outcome, attempts, node } = run;
    const isSkipped = outcome?.kind === 'skipped';
    const reason = outcome !== null && 'reason' in outcome ? outcome.reason : null;
    return {
      ...markOf(run),
      reason: reason === null || isSkipped ? reason : this.#redact(reason, { kind: 'reason', task }),
      detail:
        isSkipped && outcome.detail !== null ? this.#redact(outcome.detail, { kind: 'reason', task }) : null,
      error: this.#error(outcome, task),
      ended: attempts.map(attempt => this.#attempt(attempt, task)),
      node,
      progress: outcome === null ? this.#progressOf(id) : null,
    };
  }

  line({ at, attempt, level, message }: RunLogLine, task: string): LogLineView {
    return { at, attempt, level, message: this.#redact(message, { kind: 'log', task }) };
  }

  progress(fraction: number, message: string | null, task: string): ProgressView {
    return { fraction, message: message === null ? null : this.#redact(message, { kind: 'progress', task }) };
  }

  #attempt({ number, startedAt, endedAt, outcome }: Attempt, task: string): AttemptView {
    return { number, startedAt, endedAt, outcome: outcome.kind, error: this.#error(outcome, task) };
  }

  #error(outcome: Outcome | null, task: string): ErrorView | null {
    if (outcome === null || !('error' in outcome)) return null;
    const { name, message, stack } = keptError(outcome.error);
    const shown = (text: string) => this.#redact(text, { kind: 'error', task });
    return { name: shown(name), message: shown(message), stack: shown(stack) };
  }
}
