import { Fifo } from './fifo.js';
import { isOfInstant, lastDueAtOf, mergedSkip } from './merged.skip.js';
import type { Run } from './run.js';
import type { InstantRecord, RunPage, RunQuery, RunStore } from './run.store.js';

/** How many runs are kept. */
export interface HistoryBounds {
  /** Of one task. @default 100 */
  readonly perTask: number;
  /** Of all tasks together. @default 10_000 */
  readonly total: number;
}

/** A finished run, for as long as its task and all tasks together have room for it. */
interface Kept {
  run: Run;
  isForgotten: boolean;
}

/** The runs of one task. */
interface TaskRuns {
  readonly going: Map<string, Run>;
  /** The oldest first. */
  readonly finished: Map<string, Kept>;
  /** The record of the latest instant, while it is a skip. */
  latestSkip: Kept | null;
  /** The latest instant (epoch ms) whose record is forgotten. */
  forgottenUntil: number;
}

/**
 * Keeps the newest finished runs of each task in memory, and every run that goes on: what became of it is still to
 * come. A restart forgets them all.
 */
export class MemoryRunStore implements RunStore {
  readonly #tasks = new Map<string, TaskRuns>();
  /** The finished runs of all tasks, the oldest first, those among them that are forgotten too. */
  readonly #finished = new Fifo<Kept>();
  #kept = 0;
  readonly #bounds: HistoryBounds;

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    const task = this.#taskOf(run.taskName);
    if (run.outcome === null) {
      task.going.set(run.id, run);
      if (isOfInstant(run)) task.latestSkip = null;
      return;
    }
    task.going.delete(run.id);
    const known = task.finished.get(run.id);
    if (known !== undefined) return void (known.run = run);
    const kept = { run, isForgotten: false };
    if (isMerged(task, kept)) return;
    task.finished.set(run.id, kept);
    this.#finished.push(kept);
    this.#kept++;
    if (task.finished.size > this.#bounds.perTask) this.#forget(task, firstKey(task.finished));
    if (this.#kept > this.#bounds.total) this.#forgetOldest();
    if (this.#finished.size > 2 * this.#kept + LEAST_TO_TIDY)
      this.#finished.keep(({ isForgotten }) => !isForgotten);
  }

  find(id: string): Run | undefined {
    for (const { going, finished } of this.#tasks.values()) {
      const run = finished.get(id)?.run ?? going.get(id);
      if (run !== undefined) return run;
    }
    return undefined;
  }

  at(taskName: string, dueAt: number): InstantRecord {
    const task = this.#tasks.get(taskName);
    if (task === undefined) return undefined;
    const covers = (run: Run) => isOfInstant(run) && run.dueAt <= dueAt && dueAt <= lastDueAtOf(run);
    const runs = [...task.going.values(), ...[...task.finished.values()].map(({ run }) => run)];
    return runs.findLast(covers) ?? (dueAt <= task.forgottenUntil ? 'forgotten' : undefined);
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const task = this.#tasks.get(taskName);
    const finished = [...(task?.finished.values() ?? [])].map(({ run }) => run);
    const newestFirst = [...finished, ...(task?.going.values() ?? [])]
      .sort((a, b) => a.dueAt - b.dueAt)
      .toReversed();
    const start = cursor === null ? 0 : newestFirst.findIndex(({ id }) => id === cursor) + 1;
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    const items = cursor !== null && start === 0 ? [] : newestFirst.slice(start, start + limit);
    const hasMore = items.length > 0 && start + items.length < newestFirst.length;
    return { items, nextCursor: hasMore ? items.at(-1)!.id : null };
  }

  #forgetOldest(): void {
    let oldest = this.#finished.shift()!;
    while (oldest.isForgotten) oldest = this.#finished.shift()!;
    const { taskName, id } = oldest.run;
    const task = this.#tasks.get(taskName)!;
    this.#forget(task, id);
  }

  #taskOf(taskName: string): TaskRuns {
    let task = this.#tasks.get(taskName);
    if (task === undefined) {
      task = { going: new Map(), finished: new Map(), latestSkip: null, forgottenUntil: -Infinity };
      this.#tasks.set(taskName, task);
    }
    return task;
  }

  #forget(task: TaskRuns, id: string): void {
    const kept = task.finished.get(id);
    if (kept === undefined) return;
    task.finished.delete(id);
    kept.isForgotten = true;
    if (task.latestSkip === kept) task.latestSkip = null;
    if (isOfInstant(kept.run)) task.forgottenUntil = Math.max(task.forgottenUntil, lastDueAtOf(kept.run));
    this.#kept--;
  }
}

/** Whether the run is part of the record before it now; otherwise it may begin one. */
function isMerged(task: TaskRuns, kept: Kept): boolean {
  if (!isOfInstant(kept.run)) return false;
  const merged = task.latestSkip === null ? null : mergedSkip(task.latestSkip.run, kept.run);
  if (merged !== null) task.latestSkip!.run = merged;
  else if (kept.run.outcome?.kind === 'skipped') task.latestSkip = kept;
  else if (task.latestSkip !== null && kept.run.dueAt > task.latestSkip.run.dueAt) task.latestSkip = null;
  return merged !== null;
}

function firstKey(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value!;
}

/** Fewer forgotten runs than this are not worth a walk. */
const LEAST_TO_TIDY = 1_000;
