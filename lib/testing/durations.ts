import { InvalidOptionError, UnknownTaskError } from '../errors.js';
import type { FinishedRun } from '../run/run.js';
import type { RunStore } from '../run/run.store.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { parseDuration, type Duration } from '../time/duration.js';

/**
 * How long the runs of a simulation take: by the task's name (others take no time), as a function says in ms of the
 * task's name and the due instant (epoch ms), or as the runs took that a store has: the median of its newest
 * successes.
 */
export type Durations =
  Readonly<Record<string, Duration>> | ((taskName: string, dueAt: number) => number) | RunStore;

/** How long a run takes, in ms. */
export type DurationOf = (taskName: string, dueAt: number) => number;

const WHERE = 'simulate(): durations';

/** @throws {UnknownTaskError} for the name of no task; {InvalidDurationError} for what is no duration. */
export async function durationsOf(
  durations: Durations | undefined,
  tasks: readonly TaskDefinition[],
): Promise<DurationOf> {
  if (durations === undefined) return () => 0;
  if (typeof durations === 'function') return checked(durations as DurationOf);
  const byName = isStore(durations) ? await medians(durations, tasks) : parsed(durations, tasks);
  return taskName => byName.get(taskName) ?? 0;
}

function isStore(durations: Exclude<Durations, DurationOf>): durations is RunStore {
  return typeof durations['list'] === 'function';
}

function checked(given: DurationOf): DurationOf {
  return (taskName, dueAt) => {
    const ms = given(taskName, dueAt);
    if (Number.isFinite(ms) && ms >= 0) return ms;
    const where = `${WHERE}: ${taskName} at ${new Date(dueAt).toISOString()}`;
    throw new InvalidOptionError({ where, expected: 'a number of ms, 0 or more', got: ms });
  };
}

function parsed(durations: Readonly<Record<string, Duration>>, tasks: readonly TaskDefinition[]) {
  const names = tasks.map(({ name }) => name);
  return new Map(
    Object.entries(durations).map(([name, duration]) => {
      if (!names.includes(name)) throw new UnknownTaskError(name, names);
      return [name, parseDuration(duration, `${WHERE}: ${name}`)] as const;
    }),
  );
}

async function medians(store: RunStore, tasks: readonly TaskDefinition[]) {
  const byName = new Map<string, number>();
  for (const { name } of tasks) {
    const { items } = await store.list({ taskName: name, limit: 1_000, cursor: null });
    const successes = items.filter((run): run is FinishedRun => run.outcome?.kind === 'success');
    const took = successes.map(({ startedAt, endedAt }) => endedAt - startedAt!).toSorted((a, b) => a - b);
    if (took.length > 0) byName.set(name, took[took.length >> 1]!);
  }
  return byName;
}
