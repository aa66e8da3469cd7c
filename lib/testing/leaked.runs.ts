import { StsError } from '../errors.js';
import type { Unsettled } from '../run/run.events.js';
import type { Run } from '../run/run.js';
import { isoOf } from './local.time.js';

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

/**
 * The runs of handlers that have not returned: of a task with so many, the latest ones that ended without their handler.
 *
 * @param runs as they stand, the oldest first.
 */
export function leakedRuns(unsettled: readonly Unsettled[], runs: readonly Run[]): readonly LeakedRun[] {
  return unsettled.flatMap(({ taskName, handlers }) =>
    runs
      .filter(run => run.taskName === taskName && mayHaveLeaked(run))
      .slice(-handlers)
      .map(({ id, dueAt }) => ({ task: taskName, runId: id, dueAt: isoOf(dueAt) })),
  );
}

function mayHaveLeaked({ attempts }: Run): boolean {
  return attempts.some(({ outcome: { kind } }) => kind !== 'success' && kind !== 'failure');
}
