import { isOfInstant, lastDueAtOf } from './merged.skip.js';
import { isIdOf, isPlain, plainRun } from './plain.run.js';
import type { Run } from './run.js';

/** The records of one task, the oldest first. */
export interface RunList {
  readonly taskName: string;
  /** Where its oldest record is, and its newest; -1 = it has none. */
  first: number;
  last: number;
  size: number;
}

/** No place. */
const NONE = -1;
const FIRST_CAPACITY = 16;
/** Of a place: when its plain run was due, started and ended. */
const TIMES = 3;

/**
 * Finished runs of all tasks, in one table: each is in the list of its task, and in the order of all. Of plain runs only
 * numbers are kept, which a garbage collector need not look at. Whatever is done to one record costs the same, however
 * many there are.
 */
export class RunColumns<List extends RunList> {
  /** `null` = plain. */
  readonly #runs: (Run | null)[] = [];
  readonly #lists: (List | null)[] = [];
  #times = new Float64Array(FIRST_CAPACITY * TIMES);
  /** The next newer record of the same task; of a free place, the next free one. */
  #next = new Int32Array(FIRST_CAPACITY);
  /** The next older and newer records of all. */
  #older = new Int32Array(FIRST_CAPACITY);
  #newer = new Int32Array(FIRST_CAPACITY);
  #oldest = NONE;
  #newest = NONE;
  #free = NONE;
  /** The process whose runs are plain. */
  #node: string | undefined;

  /** How many there are. */
  size = 0;

  /** @returns where the record is from now on. */
  push(list: List, run: Run): number {
    const place = this.#take();
    this.#lists[place] = list;
    this.#next[place] = NONE;
    if (list.last === NONE) list.first = place;
    else this.#next[list.last] = place;
    list.last = place;
    list.size++;
    this.#older[place] = this.#newest;
    this.#newer[place] = NONE;
    if (this.#newest === NONE) this.#oldest = place;
    else this.#newer[this.#newest] = place;
    this.#newest = place;
    this.size++;
    this.set(place, run);
    return place;
  }

  set(place: number, run: Run): void {
    this.#node ??= run.node;
    const isNumbers = run.node === this.#node && isPlain(run);
    this.#runs[place] = isNumbers ? null : run;
    if (!isNumbers) return;
    this.#times[place * TIMES] = run.dueAt;
    this.#times[place * TIMES + 1] = run.startedAt!;
    this.#times[place * TIMES + 2] = run.endedAt!;
  }

  get(place: number): Run {
    const run = this.#runs[place]!;
    if (run !== null) return run;
    const [dueAt, startedAt, endedAt] = this.#times.subarray(place * TIMES) as unknown as [
      number,
      number,
      number,
    ];
    return plainRun(this.#lists[place]!.taskName, this.#node!, { dueAt, startedAt, endedAt });
  }

  /** The last due instant that a record covers, epoch ms; -Infinity when it is of none. */
  lastDueAt(place: number): number {
    const run = this.#runs[place]!;
    if (run === null) return this.#times[place * TIMES]!;
    return isOfInstant(run) ? lastDueAtOf(run) : -Infinity;
  }

  /** The list of the record that is the oldest of all; it is the oldest of its list, too. */
  get oldestList(): List {
    return this.#lists[this.#oldest]!;
  }

  /** Takes out the oldest record of a list, whose place the next one may take. */
  dropFirst(list: List): void {
    const place = list.first;
    list.first = this.#next[place]!;
    if (list.first === NONE) list.last = NONE;
    list.size--;
    const [older, newer] = [this.#older[place]!, this.#newer[place]!];
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer] = older;
    this.size--;
    this.#runs[place] = null;
    this.#lists[place] = null;
    this.#next[place] = this.#free;
    this.#free = place;
  }

  /** Where a run with this id is in a list; -1 when it is not there. */
  find(list: List, { id, dueAt }: Pick<Run, 'id' | 'dueAt'>): number {
    for (let place = list.first; place !== NONE; place = this.#next[place]!) {
      const run = this.#runs[place]!;
      const isNumbers = run === null;
      const isIt = isNumbers
        ? this.#times[place * TIMES] === dueAt && isIdOf(list.taskName, dueAt, id)
        : run.id === id;
      if (isIt) return place;
    }
    return NONE;
  }

  /** The records of a list, the oldest first. */
  toArray(list: List): Run[] {
    const runs: Run[] = [];
    for (let place = list.first; place !== NONE; place = this.#next[place]!) runs.push(this.get(place));
    return runs;
  }

  #take(): number {
    const place = this.#free;
    // While no place is free, all of those that were ever taken are in use.
    if (place === NONE) {
      if (this.size === this.#next.length) this.#grow();
      return this.size;
    }
    this.#free = this.#next[place]!;
    return place;
  }

  #grow(): void {
    this.#times = copied(this.#times, new Float64Array(this.#times.length * 2));
    const links = () => new Int32Array(this.size * 2);
    [this.#next, this.#older, this.#newer] = [
      copied(this.#next, links()),
      copied(this.#older, links()),
      copied(this.#newer, links()),
    ];
  }
}

function copied<A extends { set(other: A): void }>(from: A, to: A): A {
  to.set(from);
  return to;
}
