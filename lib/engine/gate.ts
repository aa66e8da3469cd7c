import { startsBefore } from '../policy/concurrency.js';
import type { ActiveRun } from './active.run.js';

/** How many runs may go on at once. */
export interface Limits {
  /** In the process; `null` = any number. */
  readonly process: number | null;
  /** By group; a group that is not here has none. */
  readonly groups: ReadonlyMap<string, number>;
}

/** Holds runs back while the process, or their group, runs as many as it may. */
export class Gate {
  readonly #limit: number;
  #going = 0;
  /** By group; one for all tasks without a limited group. */
  readonly #queues = new Map<string | null, GroupQueue>();
  readonly #hasLimits: boolean;

  constructor({ process, groups }: Limits) {
    this.#limit = process ?? Infinity;
    this.#queues.set(null, new GroupQueue(Infinity));
    for (const [group, limit] of groups) this.#queues.set(group, new GroupQueue(limit));
    this.#hasLimits = process !== null || groups.size > 0;
  }

  /** Whether the run may start now; otherwise it waits, until some `leave()` returns it. */
  enter(run: ActiveRun): boolean {
    if (!this.#hasLimits) return true;
    const queue = this.#queueOf(run);
    queue.insert(run);
    // Who waits already comes first, so a run that may not start now is the only one that does not.
    return this.#admit().includes(run);
  }

  /** Takes back a run that waits. */
  withdraw(run: ActiveRun): void {
    if (this.#hasLimits) this.#queueOf(run).remove(run);
  }

  /** A run that went on has ended. @returns those that may start now, in order. */
  leave(run: ActiveRun): readonly ActiveRun[] {
    if (!this.#hasLimits) return NONE;
    this.#queueOf(run).going--;
    this.#going--;
    return this.#admit();
  }

  #admit(): readonly ActiveRun[] {
    const admitted: ActiveRun[] = [];
    while (this.#going < this.#limit) {
      const queue = this.#nextQueue();
      if (queue === undefined) break;
      const run = queue.shift();
      // At once: who hears of anything before it starts may end it.
      run.isThroughGate = true;
      admitted.push(run);
      this.#going++;
    }
    return admitted;
  }

  /** The queue whose first run may start, and starts before those of the others. */
  #nextQueue(): GroupQueue | undefined {
    let first: GroupQueue | undefined;
    for (const queue of this.#queues.values()) {
      if (queue.next !== undefined && (first === undefined || precedes(queue.next, first.next!)))
        first = queue;
    }
    return first;
  }

  #queueOf({ task: { group } }: ActiveRun): GroupQueue {
    return this.#queues.get(group) ?? this.#queues.get(null)!;
  }
}

/** The runs of one group. */
class GroupQueue {
  going = 0;
  readonly #limit: number;
  /** The first to start first. */
  readonly #waiting: ActiveRun[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The run that may start now; `undefined` while none waits, or the limit is reached. */
  get next(): ActiveRun | undefined {
    return this.going < this.#limit ? this.#waiting[0] : undefined;
  }

  shift(): ActiveRun {
    this.going++;
    return this.#waiting.shift()!;
  }

  insert(run: ActiveRun): void {
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (precedes(run, this.#waiting[middle]!)) high = middle;
      else low = middle + 1;
    }
    this.#waiting.splice(low, 0, run);
  }

  remove(run: ActiveRun): void {
    const position = this.#waiting.indexOf(run);
    if (position >= 0) this.#waiting.splice(position, 1);
  }
}

const NONE: readonly ActiveRun[] = [];

function precedes(a: ActiveRun, b: ActiveRun): boolean {
  return startsBefore(
    { priority: a.task.priority, dueAt: a.dueAt },
    { priority: b.task.priority, dueAt: b.dueAt },
  );
}
