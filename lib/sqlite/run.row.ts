import { lastDueAtOf } from '../run/merged.skip.js';
import type { Cause, Run } from '../run/run.js';
import type { SqliteValue } from './sqlite.database.js';

/** What a statement selects of a run. */
export interface RunRow {
  readonly id: string;
  readonly task: string;
  readonly cause: string;
  readonly due_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly detail: string;
}

/** Selects RunRows; `name` is the task's. */
export const RUN_COLUMNS = 'id, name AS task, cause, due_at, started_at, ended_at, detail';

/** What may change of a run. */
export const CHANGING_COLUMNS = 'last_due_at, count, started_at, ended_at, kind, reason, detail';

/** The values of CHANGING_COLUMNS. */
export function changingValues(run: Run): SqliteValue[] {
  const { startedAt, endedAt, outcome, attempts, log, node } = run;
  const count = outcome?.kind === 'skipped' ? outcome.count : 1;
  const reason = outcome !== null && 'reason' in outcome ? outcome.reason : null;
  const kind = outcome?.kind ?? null;
  return [
    lastDueAtOf(run),
    count,
    startedAt,
    endedAt,
    kind,
    reason,
    JSON.stringify({ attempts, outcome, log, node }),
  ];
}

/** FNV-1a, 32 bits: two ids may have the same. */
export function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash;
}

export function runOf(row: RunRow): Run {
  const detail = JSON.parse(row.detail) as Pick<Run, 'attempts' | 'outcome' | 'log' | 'node'>;
  return {
    id: row.id,
    taskName: row.task,
    cause: row.cause as Cause,
    dueAt: Number(row.due_at),
    startedAt: instant(row.started_at),
    endedAt: instant(row.ended_at),
    ...detail,
  };
}

/** A handle may be set to answer with BigInts. */
function instant(value: number | null): number | null {
  return value === null ? null : Number(value);
}
