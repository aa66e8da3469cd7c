import type { Skipped, SkipReason } from '../../lib/run/outcome.js';
import type { FinishedRun, Run } from '../../lib/run/run.js';

/** 2026-01-01T00:00:00Z */
export const NEW_YEAR = 1_767_225_600_000;

/** A run that goes on. */
export function runningRun(fields: Partial<Run> = {}): Run {
  return {
    id: 'ReportTasks.send@1',
    taskName: 'ReportTasks.send',
    cause: 'schedule',
    dueAt: NEW_YEAR,
    startedAt: NEW_YEAR + 5,
    endedAt: null,
    attempts: [],
    outcome: null,
    log: [],
    node: 'host:1',
    ...fields,
  };
}

/** A run that took 100 ms and one attempt. */
export function finishedRun(fields: Partial<FinishedRun> = {}): FinishedRun {
  const startedAt = NEW_YEAR + 5;
  const endedAt = startedAt + 100;
  const outcome = { kind: 'success' } as const;
  return {
    ...runningRun(),
    startedAt,
    endedAt,
    attempts: [{ number: 1, startedAt, endedAt, outcome }],
    outcome,
    ...fields,
  };
}

/** A run without an attempt. */
export function skippedRun(fields: Partial<FinishedRun> = {}): FinishedRun {
  return finishedRun({
    startedAt: null,
    endedAt: NEW_YEAR,
    attempts: [],
    outcome: skipped('overlap'),
    ...fields,
  });
}

/** One instant that was skipped. */
export function skipped(reason: SkipReason, lastDueAt = NEW_YEAR): Skipped {
  return { kind: 'skipped', reason, count: 1, lastDueAt, detail: null };
}
