import { isOfInstant, lastDueAtOf } from '../run/merged.skip.js';
import type { Run } from '../run/run.js';

/** What is written in one go. */
export interface Batch {
  readonly runs: readonly Run[];
  /** JSON by key; `undefined` removes. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** Until which instant (epoch ms) runs of a task were lost before they could be written, by task. */
  readonly lost: ReadonlyMap<string, number>;
}

/** What waits to be written, the oldest first; a run that comes again takes the place of what waits of it. */
export class Backlog {
  readonly #runs = new Map<string, Run>();
  readonly #values = new Map<string, string | undefined>();
  readonly #lost = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#runs.size + this.#values.size + this.#lost.size === 0;
  }

  /** How many runs wait. */
  get size(): number {
    return this.#runs.size;
  }

  /** The runs that wait. */
  get runs(): ReadonlyMap<string, Run> {
    return this.#runs;
  }

  /** The values that wait, as JSON by key. */
  get values(): ReadonlyMap<string, string | undefined> {
    return this.#values;
  }

  put(run: Run): void {
    this.#runs.set(run.id, run);
  }

  putValue(key: string, json: string | undefined): void {
    this.#values.set(key, json);
  }

  /** Takes out the oldest run, which is lost. */
  loseOldest(): void {
    const [oldest] = this.#runs.values();
    if (oldest === undefined) return;
    this.#runs.delete(oldest.id);
    if (!isOfInstant(oldest)) return;
    const { taskName } = oldest;
    this.#lost.set(taskName, Math.max(this.#lost.get(taskName) ?? -Infinity, lastDueAtOf(oldest)));
  }

  /** The oldest runs, so many at most; all else when no run is left behind. It goes on waiting. */
  batch(most: number): Batch {
    const values = this.#runs.size <= most ? this.#values : NO_VALUES;
    return { runs: firstOf(this.#runs.values(), most), values, lost: this.#lost };
  }

  /** Takes out what has been written. */
  written({ runs, values }: Batch): void {
    for (const { id } of runs) this.#runs.delete(id);
    if (values === this.#values) this.#values.clear();
    this.#lost.clear();
  }
}

const NO_VALUES: ReadonlyMap<string, string | undefined> = new Map();

function firstOf<T>(items: Iterable<T>, most: number): readonly T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === most) break;
    first.push(item);
  }
  return first;
}
