import type { Run } from './run.js';
import type { RunPage, RunQuery, RunStore } from './run.store.js';

/** How many runs are kept. */
export interface HistoryBounds {
  /** Of one task. @default 100 */
  readonly perTask: number;
  /** Of all tasks together. @default 10_000 */
  readonly total: number;
}

/** Keeps the newest runs of each task in memory; a restart forgets them. */
export class MemoryRunStore implements RunStore {
  /** By id, the oldest first; a run keeps its place when it ends. */
  readonly #runs = new Map<string, Run>();
  readonly #idsByTask = new Map<string, Set<string>>();
  readonly #bounds: HistoryBounds;
  /** Walks behind the insertions, so that finding the oldest run never starts over. */
  #oldest = this.#runs.values();

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    this.#runs.set(run.id, run);
    const ids = this.#idsByTask.get(run.taskName) ?? new Set();
    this.#idsByTask.set(run.taskName, ids.add(run.id));
    if (ids.size > this.#bounds.perTask) this.#forgetOldestOf(ids);
    if (this.#runs.size > this.#bounds.total) this.#forgetOldest();
  }

  find(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const newestFirst = [...(this.#idsByTask.get(taskName) ?? [])].toReversed();
    const start = cursor === null ? 0 : newestFirst.indexOf(cursor) + 1;
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    const ids = cursor !== null && start === 0 ? [] : newestFirst.slice(start, start + limit);
    const hasMore = start + ids.length < newestFirst.length && ids.length > 0;
    return { items: ids.map(id => this.#runs.get(id)!), nextCursor: hasMore ? ids.at(-1)! : null };
  }

  /** A run that goes on is never forgotten: what became of it is still to come. */
  #forgetOldestOf(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const run = this.#runs.get(id)!;
      if (run.outcome !== null) return this.#forget(run);
    }
  }

  #forgetOldest(): void {
    for (let left = this.#runs.size; left > 0; left--) {
      const { value, done } = this.#oldest.next();
      if (done) this.#oldest = this.#runs.values();
      else if (value.outcome !== null) return this.#forget(value);
    }
  }

  #forget({ id, taskName }: Run): void {
    this.#runs.delete(id);
    const ids = this.#idsByTask.get(taskName)!;
    ids.delete(id);
    if (ids.size === 0) this.#idsByTask.delete(taskName);
  }
}
