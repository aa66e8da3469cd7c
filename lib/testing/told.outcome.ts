import type { FinishedRun } from '../run/run.js';
import { isoOf } from '../time/local.time.js';

/** How a run has ended, for a test to compare. */
export interface ToldOutcome {
  readonly task: string;
  /** ISO 8601, such as `2026-01-01T00:00:10Z`. */
  readonly dueAt: string;
  /** `success`, `failure`, `timeout`, `cancelled (by hand)`, `skipped (overlap)`, `skipped (coalesced) × 6`, … */
  readonly outcome: string;
}

export function toldOutcome({ taskName, dueAt, outcome }: FinishedRun): ToldOutcome {
  const reason = 'reason' in outcome ? ` (${outcome.reason})` : '';
  const many = outcome.kind === 'skipped' && outcome.count > 1 ? ` × ${outcome.count}` : '';
  return { task: taskName, dueAt: isoOf(dueAt), outcome: `${outcome.kind}${reason}${many}` };
}
