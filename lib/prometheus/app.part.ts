import type { TaskNow } from '../metrics/states.js';
import type { TaskTally } from '../metrics/task.tally.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';

/** One app's part in the metrics of a registry. */
export interface AppPart {
  readonly scheduler: SchedulerRegistry;
  readonly isClosed: boolean;
  tallies(): Iterable<TaskTally>;
  /** How it stands with a task; nothing goes on in an app that has closed. */
  now(taskName: string): TaskNow;
  unaccounted(): Promise<number>;
}

/** What is read when somebody asks for the metrics. */
export interface Readings {
  parts(): Iterable<AppPart>;
  /** In seconds, since the last time. */
  loopDelay(): { readonly p99: number; readonly max: number };
}

/** Of the tasks of all parts: apps may share a registry. */
export function* talliesIn(readings: Readings): Iterable<TaskTally> {
  for (const part of readings.parts()) yield* part.tallies();
}
