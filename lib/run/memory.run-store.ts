import { Fifo } from './fifo.js';
import { isOfInstant, lastDueAtOf, mergedSkip } from './merged.skip.js';
import type { Run } from './run.js';
import { RunRing } from './run.ring.js';
import type { InstantRecord, RunPage, RunQuery, RunStore } from './run.store.js';

/** How many runs are kept. */
export interface HistoryBounds {
  /** Of one task. @default 100 */
  readonly perTask: number;
  /** Of all tasks together. @default 10_000 */
  readonly total: number;
}

/** What is kept when the module does not say. */
export const DEFAULT_HISTORY: HistoryBounds = Object.freeze({ perTask: 100, total: 10_000 });

/** The runs of one task. */
interface TaskRuns {
  readonly going: Map<string, Run>;
  readonly finished: RunRing;
  /** How many finished runs were ever forgotten: the number of the oldest one. */
  forgotten: number;
  /** How many of these still stand in the order of all tasks' runs. */
  stale: number;
  /** The latest due instant of a finished run, epoch ms. */
  latest: number;
  /** The number of the record of the latest instant, while that is a skip; -1 = it is none. */
  latestSkip: number;
  /** The latest instant (epoch ms) whose record is forgotten. */
  forgottenUntil: number;
}

/**
 * Keeps the newest finished runs of each task in memory, and every run that goes on: what became of it is still to
 * come. A restart forgets them all.
 */
export class MemoryRunStore implements RunStore {
  readonly #tasks = new Map<string, TaskRuns>();
  /** The task of each finished run, the oldest first, those of forgotten ones among them too. */
  readonly #order = new Fifo<TaskRuns>();
  #kept = 0;
  readonly #bounds: HistoryBounds;

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    const task = this.#taskOf(run);
    if (run.outcome === null) {
      task.going.set(run.id, run);
      if (isOfInstant(run)) task.latestSkip = -1;
      return;
    }
    task.going.delete(run.id);
    if (replaced(task, run) || merged(task, run)) return;
    task.finished.push(run);
    task.latest = Math.max(task.latest, run.dueAt);
    this.#order.push(task);
    this.#kept++;
    if (task.finished.size > this.#bounds.perTask) {
      this.#forgetFirst(task);
      task.stale++;
    }
    if (this.#kept > this.#bounds.total) this.#forgetOldest();
    if (this.#order.size > 2 * this.#kept + LEAST_TO_TIDY) this.#order.keep(isCurrent);
  }

  find(id: string): Run | undefined {
    for (const { going, finished } of this.#tasks.values()) {
      const run = going.get(id) ?? finished.toArray().find(kept => kept.id === id);
      if (run !== undefined) return run;
    }
    return undefined;
  }

  at(taskName: string, dueAt: number): InstantRecord {
    const task = this.#tasks.get(taskName);
    if (task === undefined) return undefined;
    const covers = (run: Run) => isOfInstant(run) && run.dueAt <= dueAt && dueAt <= lastDueAtOf(run);
    const runs = [...task.going.values(), ...task.finished.toArray()];
    return runs.findLast(covers) ?? (dueAt <= task.forgottenUntil ? 'forgotten' : undefined);
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const task = this.#tasks.get(taskName);
    const newestFirst = [...(task?.finished.toArray() ?? []), ...(task?.going.values() ?? [])]
      .sort((a, b) => a.dueAt - b.dueAt)
      .toReversed();
    const start = cursor === null ? 0 : newestFirst.findIndex(({ id }) => id === cursor) + 1;
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    const items = cursor !== null && start === 0 ? [] : newestFirst.slice(start, start + limit);
    const hasMore = items.length > 0 && start + items.length < newestFirst.length;
    return { items, nextCursor: hasMore ? items.at(-1)!.id : null };
  }

  /** The oldest of all is the oldest of its task, too. */
  #forgetOldest(): void {
    let task = this.#order.shift()!;
    while (!isCurrent(task)) task = this.#order.shift()!;
    this.#forgetFirst(task);
  }

  #forgetFirst(task: TaskRuns): void {
    const lastDueAt = task.finished.shift();
    if (task.latestSkip === task.forgotten) task.latestSkip = -1;
    task.forgotten++;
    this.#kept--;
    if (lastDueAt !== null) task.forgottenUntil = Math.max(task.forgottenUntil, lastDueAt);
  }

  #taskOf({ taskName, node }: Run): TaskRuns {
    let task = this.#tasks.get(taskName);
    if (task === undefined) {
      const none = { forgotten: 0, stale: 0, latest: -Infinity, latestSkip: -1, forgottenUntil: -Infinity };
      task = { going: new Map(), finished: new RunRing(taskName, node), ...none };
      this.#tasks.set(taskName, task);
    }
    return task;
  }
}

/** Fewer forgotten runs than this are not worth a walk. */
const LEAST_TO_TIDY = 1_000;

/** Whether the next place of a task in the order is that of a run that is kept; the forgotten ones come first. */
function isCurrent(task: TaskRuns): boolean {
  if (task.stale === 0) return true;
  task.stale--;
  return false;
}

/** Puts a run in the place of a finished one with its id, if there is any: that one was due no earlier. */
function replaced({ finished, latest }: TaskRuns, run: Run): boolean {
  if (run.dueAt > latest) return false;
  const index = finished.indexOf(run);
  if (index >= 0) finished.replace(index, run);
  return index >= 0;
}

/** Makes a skip part of the record before it, if it may be; otherwise it may begin one. */
function merged(task: TaskRuns, run: Run): boolean {
  if (!isOfInstant(run)) return false;
  const index = task.latestSkip - task.forgotten;
  const earlier = task.latestSkip < 0 ? null : task.finished.at(index);
  const together = earlier && mergedSkip(earlier, run);
  if (together) task.finished.replace(index, together);
  else if (run.outcome!.kind === 'skipped') task.latestSkip = task.forgotten + task.finished.size;
  else if (earlier !== null && run.dueAt > earlier.dueAt) task.latestSkip = -1;
  return together !== null;
}
