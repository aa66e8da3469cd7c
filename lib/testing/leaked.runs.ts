import { StsError } from '../errors.js';
import type { Run } from '../run/run.js';
import { isoOf } from '../time/local.time.js';

/** A run that has ended, and whose handler has not returned. */
export interface LeakedRun {
  readonly task: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly dueAt: string;
}

/** Handlers still ran when the test was over: in a real process they would go on working, or hold it. */
export class LeakedRunsError extends StsError {
  constructor(readonly runs: readonly LeakedRun[]) {
    const named = runs.map(({ task, runId, dueAt }) => `${task}, run ${runId}, due at ${dueAt}`);
    super(
      `The app has closed, and ${runs.length === 1 ? 'a handler has' : `${runs.length} handlers have`} not returned: ` +
        `${named.join('; ')}. Let it obey its signal, or close with { leaks: 'allow' }.`,
    );
  }
}

/** The runs, as they stand, of handlers that have not returned. */
export function leakedRuns(unsettled: ReadonlySet<string>, runs: readonly Run[]): readonly LeakedRun[] {
  return runs
    .filter(({ id }) => unsettled.has(id))
    .map(({ id, taskName, dueAt }) => ({ task: taskName, runId: id, dueAt: isoOf(dueAt) }));
}
