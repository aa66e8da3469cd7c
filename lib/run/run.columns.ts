import { isOfInstant, lastDueAtOf } from './merged.skip.js';
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

/**
 * Finished runs of all tasks, in one table: each is in the list of its task, and in the order of all. Most runs are plain
 * (due by a trigger, one attempt, a success that returned nothing and wrote nothing): of these only numbers are kept,
 * which a garbage collector need not look at. Whatever is done to one record costs the same, however many there are.
 */
export class RunColumns<List extends RunList> {
  /** `null` = plain. */
  readonly #runs: (Run | null)[] = [];
  readonly #lists: (List | null)[] = [];
  #dueAt = new Float64Array(FIRST_CAPACITY);
  #startedAt = new Float64Array(FIRST_CAPACITY);
  #endedAt = new Float64Array(FIRST_CAPACITY);
  /** The next newer record of the same task; of a free place, the next free one. */
  #next = new Int32Array(FIRST_CAPACITY);
  /** The next older and newer records of all. */
  #older = new Int32Array(FIRST_CAPACITY);
  #newer = new Int32Array(FIRST_CAPACITY);
  #oldest = NONE;
  #newest = NONE;
  #free = NONE;
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
    const isPlain = run.node === this.#node && isPlainRun(run);
    this.#runs[place] = isPlain ? null : run;
    if (!isPlain) return;
    this.#dueAt[place] = run.dueAt;
    this.#startedAt[place] = run.startedAt!;
    this.#endedAt[place] = run.endedAt!;
  }

  get(place: number): Run {
    return this.#runs[place] ?? this.#plain(place);
  }

  /** The last due instant that a record covers, epoch ms; -Infinity when it is of none. */
  lastDueAt(place: number): number {
    const run = this.#runs[place]!;
    if (run === null) return this.#dueAt[place]!;
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
      const isIt =
        run === null ? this.#dueAt[place] === dueAt && isIdOf(list.taskName, dueAt, id) : run.id === id;
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
    if (place !== NONE) {
      this.#free = this.#next[place]!;
      return place;
    }
    if (this.size === this.#next.length) this.#grow();
    // While no place is free, all of those that were ever taken are in use.
    return this.size;
  }

  #grow(): void {
    const capacity = this.#next.length * 2;
    [this.#dueAt, this.#startedAt, this.#endedAt] = [this.#dueAt, this.#startedAt, this.#endedAt].map(
      column => {
        const longer = new Float64Array(capacity);
        longer.set(column);
        return longer;
      },
    ) as [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
    [this.#next, this.#older, this.#newer] = [this.#next, this.#older, this.#newer].map(column => {
      const longer = new Int32Array(capacity);
      longer.set(column);
      return longer;
    }) as [Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>, Int32Array<ArrayBuffer>];
  }

  #plain(place: number): Run {
    const { taskName } = this.#lists[place]!;
    const [dueAt, startedAt, endedAt] = [this.#dueAt[place]!, this.#startedAt[place]!, this.#endedAt[place]!];
    const outcome = { kind: 'success', result: undefined } as const;
    return {
      id: `${taskName}@${dueAt}`,
      taskName,
      cause: 'schedule',
      dueAt,
      startedAt,
      endedAt,
      attempts: [{ number: 1, startedAt, endedAt, outcome }],
      outcome,
      log: [],
      node: this.#node!,
    };
  }
}

function isPlainRun({
  id,
  taskName,
  cause,
  dueAt,
  startedAt,
  endedAt,
  outcome,
  attempts,
  log,
}: Run): boolean {
  if (cause !== 'schedule' || outcome?.kind !== 'success' || outcome.result !== undefined) return false;
  if (attempts.length !== 1 || log.length > 0) return false;
  const attempt = attempts[0]!;
  if (attempt.startedAt !== startedAt || attempt.endedAt !== endedAt || attempt.number !== 1) return false;
  return isIdOf(taskName, dueAt, id);
}

/** Whether it is the id of an instant of a task: to put that together, and compare, would cost more than all the rest. */
function isIdOf(taskName: string, dueAt: number, id: string): boolean {
  const instant = String(dueAt);
  const { length } = taskName;
  return (
    id.length === length + 1 + instant.length &&
    id[length] === '@' &&
    id.startsWith(taskName) &&
    id.endsWith(instant)
  );
}
