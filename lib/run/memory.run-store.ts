import { isOfInstant, lastDueAtOf, mergedSkip } from './merged.skip.js';
import type { Run } from './run.js';
import { RunColumns, type RunList } from './run.columns.js';
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

/** The finished runs of one task. */
interface TaskRuns extends RunList {
  /** The latest due instant of a finished run, epoch ms. */
  latest: number;
  /** Where the record of the latest instant is, while that is a skip; -1 = it is none. */
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
  readonly #finished = new RunColumns<TaskRuns>();
  readonly #going = new Map<string, Run>();
  /** The newest that goes on, not among the others yet: most runs end before anything else happens. */
  #newest: Run | undefined;
  readonly #bounds: HistoryBounds;

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    if (this.#newest?.id !== run.id) this.#settle();
    if (run.outcome === null) {
      this.#newest = run;
      return;
    }
    const task = this.#taskOf(run.taskName);
    if (this.#newest !== undefined && isOfInstant(run)) task.latestSkip = -1;
    this.#newest = undefined;
    if (this.#going.size > 0) this.#going.delete(run.id);
    this.#keep(task, run);
  }

  find(id: string): Run | undefined {
    this.#settle();
    const going = this.#going.get(id);
    if (going !== undefined) return going;
    for (const task of this.#tasks.values()) {
      const run = this.#finished.toArray(task).find(kept => kept.id === id);
      if (run !== undefined) return run;
    }
    return undefined;
  }

  at(taskName: string, dueAt: number): InstantRecord {
    const task = this.#tasks.get(taskName);
    const covers = (run: Run) => isOfInstant(run) && run.dueAt <= dueAt && dueAt <= lastDueAtOf(run);
    const known = this.#allOf(taskName).findLast(covers);
    return known ?? (task !== undefined && dueAt <= task.forgottenUntil ? 'forgotten' : undefined);
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const newestFirst = this.#allOf(taskName)
      .sort((a, b) => a.dueAt - b.dueAt)
      .toReversed();
    const start = cursor === null ? 0 : newestFirst.findIndex(({ id }) => id === cursor) + 1;
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    const items = cursor !== null && start === 0 ? [] : newestFirst.slice(start, start + limit);
    const hasMore = items.length > 0 && start + items.length < newestFirst.length;
    return { items, nextCursor: hasMore ? items.at(-1)!.id : null };
  }

  #allOf(taskName: string): Run[] {
    this.#settle();
    const task = this.#tasks.get(taskName);
    const finished = task === undefined ? [] : this.#finished.toArray(task);
    const going = [...this.#going.values()].filter(run => run.taskName === taskName);
    return [...finished, ...going];
  }

  /** Puts the newest run that goes on among the others. */
  #settle(): void {
    const run = this.#newest;
    if (run === undefined) return;
    this.#newest = undefined;
    this.#going.set(run.id, run);
    if (isOfInstant(run)) this.#taskOf(run.taskName).latestSkip = -1;
  }

  #keep(task: TaskRuns, run: Run): void {
    if (this.#replaced(task, run) || this.#merged(task, run)) return;
    const place = this.#finished.push(task, run);
    if (isOfInstant(run) && run.outcome!.kind === 'skipped') task.latestSkip = place;
    if (run.dueAt > task.latest) task.latest = run.dueAt;
    if (task.size > this.#bounds.perTask) this.#forgetFirst(task);
    if (this.#finished.size > this.#bounds.total) this.#forgetFirst(this.#finished.oldestList);
  }

  /**
   * Puts a run in the place of a finished one with its id, if there is any: that one was due no earlier. A run that is of
   * no instant ends once.
   */
  #replaced(task: TaskRuns, run: Run): boolean {
    if (run.dueAt > task.latest || !isOfInstant(run)) return false;
    const place = this.#finished.find(task, run);
    if (place >= 0) this.#finished.set(place, run);
    return place >= 0;
  }

  /** Makes a skip part of the record before it, if it may be. */
  #merged(task: TaskRuns, run: Run): boolean {
    if (task.latestSkip < 0 || !isOfInstant(run)) return false;
    const earlier = this.#finished.get(task.latestSkip);
    const together = mergedSkip(earlier, run);
    if (together !== null) this.#finished.set(task.latestSkip, together);
    else if (run.dueAt > earlier.dueAt) task.latestSkip = -1;
    return together !== null;
  }

  #forgetFirst(task: TaskRuns): void {
    const { first } = task;
    if (task.latestSkip === first) task.latestSkip = -1;
    const until = this.#finished.lastDueAt(first);
    if (until > task.forgottenUntil) task.forgottenUntil = until;
    this.#finished.dropFirst(task);
  }

  #taskOf(taskName: string): TaskRuns {
    let task = this.#tasks.get(taskName);
    if (task === undefined) {
      const none = { latest: -Infinity, latestSkip: -1, forgottenUntil: -Infinity };
      task = { taskName, first: -1, last: -1, size: 0, ...none };
      this.#tasks.set(taskName, task);
    }
    return task;
  }
}
