import type { Run } from './run.js';
import { isOfInstant, lastDueAtOf } from './merged.skip.js';

/** Three numbers stand for a plain run: dueAt, startedAt, endedAt. */
const NUMBERS = 3;
const FIRST_CAPACITY = 4;

/**
 * The finished runs of one task, the oldest first. Most runs are plain (due by a trigger, one attempt, a success that
 * returned nothing and wrote nothing): of these only numbers are kept, which a garbage collector need not look at.
 */
export class RunRing {
  readonly #taskName: string;
  readonly #node: string;
  #capacity = FIRST_CAPACITY;
  #numbers = new Float64Array(FIRST_CAPACITY * NUMBERS);
  /** `null` = plain. */
  #runs: (Run | null)[] = Array.from({ length: FIRST_CAPACITY }, () => null);
  #first = 0;
  #size = 0;

  /** @param node that of plain runs. */
  constructor(taskName: string, node: string) {
    this.#taskName = taskName;
    this.#node = node;
  }

  get size(): number {
    return this.#size;
  }

  push(run: Run): void {
    if (this.#size === this.#capacity) this.#grow();
    this.#put(this.#size++, run);
  }

  /** Puts a run in the place of the one at `index`, from the oldest. */
  replace(index: number, run: Run): void {
    this.#put(index, run);
  }

  /** Takes the oldest out. @returns the last due instant that it covered, `null` when it was of none. */
  shift(): number | null {
    const slot = this.#first;
    const run = this.#runs[slot]!;
    const lastDueAt =
      run === null ? this.#numbers[slot * NUMBERS]! : isOfInstant(run) ? lastDueAtOf(run) : null;
    this.#runs[slot] = null;
    this.#first = (slot + 1) % this.#capacity;
    this.#size--;
    return lastDueAt;
  }

  /** The run at `index`, from the oldest. */
  at(index: number): Run {
    const slot = (this.#first + index) % this.#capacity;
    return this.#runs[slot] ?? this.#plain(slot);
  }

  /** Where the run with this one's id stands, from the oldest; -1 when it is not here. */
  indexOf({ id, dueAt }: Run): number {
    for (let index = 0; index < this.#size; index++) {
      const slot = (this.#first + index) % this.#capacity;
      const run = this.#runs[slot];
      const isSame =
        run === null ? this.#numbers[slot * NUMBERS] === dueAt && id === this.#idOf(dueAt) : run!.id === id;
      if (isSame) return index;
    }
    return -1;
  }

  toArray(): Run[] {
    return Array.from({ length: this.#size }, (_, index) => this.at(index));
  }

  #put(index: number, run: Run): void {
    const slot = (this.#first + index) % this.#capacity;
    const isPlain = this.#isPlain(run);
    this.#runs[slot] = isPlain ? null : run;
    if (!isPlain) return;
    this.#numbers[slot * NUMBERS] = run.dueAt;
    this.#numbers[slot * NUMBERS + 1] = run.startedAt!;
    this.#numbers[slot * NUMBERS + 2] = run.endedAt!;
  }

  #isPlain({ id, cause, dueAt, startedAt, endedAt, outcome, attempts, log, node }: Run): boolean {
    if (cause !== 'schedule' || outcome?.kind !== 'success' || outcome.result !== undefined) return false;
    if (attempts.length !== 1 || log.length > 0 || node !== this.#node) return false;
    const [attempt] = attempts;
    if (attempt!.startedAt !== startedAt || attempt!.endedAt !== endedAt || attempt!.number !== 1)
      return false;
    return id === this.#idOf(dueAt);
  }

  #plain(slot: number): Run {
    const [dueAt, startedAt, endedAt] = this.#numbers.subarray(slot * NUMBERS) as unknown as [
      number,
      number,
      number,
    ];
    const outcome = { kind: 'success', result: undefined } as const;
    return {
      id: this.#idOf(dueAt),
      taskName: this.#taskName,
      cause: 'schedule',
      dueAt,
      startedAt,
      endedAt,
      attempts: [{ number: 1, startedAt, endedAt, outcome }],
      outcome,
      log: [],
      node: this.#node,
    };
  }

  #idOf(dueAt: number): string {
    return `${this.#taskName}@${dueAt}`;
  }

  #grow(): void {
    const [numbers, runs] = [this.#numbers, this.#runs];
    const slots = Array.from({ length: this.#size }, (_, index) => (this.#first + index) % this.#capacity);
    this.#capacity *= 2;
    this.#numbers = new Float64Array(this.#capacity * NUMBERS);
    this.#runs = Array.from({ length: this.#capacity }, (_, index) =>
      index < slots.length ? runs[slots[index]!]! : null,
    );
    slots.forEach((slot, index) => {
      this.#numbers.set(numbers.subarray(slot * NUMBERS, (slot + 1) * NUMBERS), index * NUMBERS);
    });
    this.#first = 0;
  }
}
