import type { Run } from './run.js';
import type { RunPage, RunQuery, RunStore } from './run.store.js';

/** How many runs are kept. */
export interface HistoryBounds {
  /** Of one task. @default 100 */
  readonly perTask: number;
  /** Of all tasks together. @default 10_000 */
  readonly total: number;
}

/** The runs of one task, in the order in which they were first heard of. */
interface TaskRuns {
  readonly going: Map<string, Run>;
  readonly finished: Map<string, Run>;
}

/**
 * Keeps the newest finished runs of each task in memory, and every run that goes on: what became of it is still to
 * come. A restart forgets them all.
 */
export class MemoryRunStore implements RunStore {
  readonly #tasks = new Map<string, TaskRuns>();
  readonly #going = new Map<string, Run>();
  readonly #finished = new Map<string, Run>();
  readonly #bounds: HistoryBounds;
  /** Walks behind the insertions, so that finding the oldest run never starts over. */
  #oldest = this.#finished.values();

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds;
  }

  append(run: Run): void {
    const { id, taskName } = run;
    const task = this.#tasks.get(taskName) ?? { going: new Map(), finished: new Map() };
    this.#tasks.set(taskName, task);
    if (run.outcome === null) {
      this.#going.set(id, run);
      task.going.set(id, run);
      return;
    }
    this.#going.delete(id);
    task.going.delete(id);
    this.#finished.set(id, run);
    task.finished.set(id, run);
    if (task.finished.size > this.#bounds.perTask) this.#forget(task.finished.values().next().value!);
    if (this.#finished.size > this.#bounds.total) this.#forget(this.#oldestRun());
  }

  find(id: string): Run | undefined {
    return this.#finished.get(id) ?? this.#going.get(id);
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const { going = new Map<string, Run>(), finished = new Map<string, Run>() } =
      this.#tasks.get(taskName) ?? {};
    const newestFirst = [...finished.values(), ...going.values()]
      .sort((a, b) => a.dueAt - b.dueAt)
      .toReversed();
    const start = cursor === null ? 0 : newestFirst.findIndex(({ id }) => id === cursor) + 1;
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    const items = cursor !== null && start === 0 ? [] : newestFirst.slice(start, start + limit);
    const hasMore = items.length > 0 && start + items.length < newestFirst.length;
    return { items, nextCursor: hasMore ? items.at(-1)!.id : null };
  }

  #oldestRun(): Run {
    const next = this.#oldest.next();
    if (!next.done) return next.value;
    this.#oldest = this.#finished.values();
    return this.#oldest.next().value!;
  }

  #forget({ id, taskName }: Run): void {
    this.#finished.delete(id);
    const task = this.#tasks.get(taskName)!;
    task.finished.delete(id);
    if (task.finished.size === 0 && task.going.size === 0) this.#tasks.delete(taskName);
  }
}
