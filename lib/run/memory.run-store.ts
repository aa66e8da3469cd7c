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
  #oldest = this.#runs.keys();

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    const isNew = !this.#runs.has(run.id);
    this.#runs.set(run.id, run);
    if (!isNew) return;
    const ids = this.#idsByTask.get(run.taskName) ?? new Set();
    this.#idsByTask.set(run.taskName, ids.add(run.id));
    if (ids.size > this.#bounds.perTask) this.#forget(first(ids));
    if (this.#runs.size > this.#bounds.total) this.#forget(this.#oldestId());
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

  #forget(id: string): void {
    const run = this.#runs.get(id)!;
    this.#runs.delete(id);
    const ids = this.#idsByTask.get(run.taskName)!;
    ids.delete(id);
    if (ids.size === 0) this.#idsByTask.delete(run.taskName);
  }

  #oldestId(): string {
    const next = this.#oldest.next();
    if (!next.done) return next.value;
    this.#oldest = this.#runs.keys();
    return this.#oldestId();
  }
}

function first(ids: ReadonlySet<string>): string {
  return ids.values().next().value!;
}
