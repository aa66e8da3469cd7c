import { isOfInstant, mergedSkip } from '../run/merged.skip.js';
import type { Run } from '../run/run.js';
import type { RunTable } from './run.table.js';

/** Puts runs into the table, in the order in which they came; skips in a row for one reason become one record. */
export function putRuns(table: RunTable, runs: Iterable<Run>): void {
  /** The record of the latest instant of a task, when it is a skip that was put in just now. */
  const skips = new Map<string, Run>();
  for (const run of runs) {
    if (run.outcome?.kind === 'skipped' && isOfInstant(run)) {
      putSkip(table, run, skips);
    } else {
      table.put(run);
      skips.delete(run.taskName);
    }
  }
}

function putSkip(table: RunTable, run: Run, skips: Map<string, Run>): void {
  const { id, taskName } = run;
  const latest = skips.get(taskName) ?? table.latestSkip(taskName, id);
  const merged = latest === undefined ? null : mergedSkip(latest, run);
  table.put(merged ?? run);
  // It may have been kept while it waited.
  if (merged !== null) table.remove(id);
  skips.set(taskName, merged ?? latestOf(run, latest));
}

function latestOf(run: Run, other: Run | undefined): Run {
  return other !== undefined && other.dueAt > run.dueAt ? other : run;
}
