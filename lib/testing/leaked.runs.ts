import { StsError } from '../errors.js';
import type { Run } from '../run/run.js';
import { isoOf } from '../time/local.time.js';
import { PATIENCE_REMEDY, patienceText } from './passing.time.js';

/** A run that has ended, and whose handler has not returned. */
export interface LeakedRun {
  readonly task: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly dueAt: string;
}

/** Handlers still ran when the test was over: in a real process they would go on working, or hold it. */
export class LeakedRunsError extends StsError {
  /** @param patienceMs how long the kit has waited for each, in ms of real time. */
  constructor(
    readonly runs: readonly LeakedRun[],
    patienceMs: number,
  ) {
    const named = runs.map(({ task, runId, dueAt }) => `${task}, run ${runId}, due at ${dueAt}`).join('; ');
    const who = runs.length === 1 ? 'a handler has' : `${runs.length} handlers have`;
    super(
      `The app has closed, and ${who} not returned within ${patienceText(patienceMs)}: ${named}. ` +
        `Let it obey its signal, or close with { leaks: 'allow' }. ${PATIENCE_REMEDY}`,
    );
  }
}

/** The runs, as they stand, of handlers that have not returned. */
export function leakedRuns(unsettled: ReadonlySet<string>, runs: readonly Run[]): readonly LeakedRun[] {
  return runs
    .filter(({ id }) => unsettled.has(id))
    .map(({ id, taskName, dueAt }) => ({ task: taskName, runId: id, dueAt: isoOf(dueAt) }));
}
