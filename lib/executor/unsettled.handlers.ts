import type { Unsettled } from '../run/run.events.js';

/** Of so many handlers the runs are kept. */
const MOST_RUNS = 1_000;

/** Counts the handlers that outlive their attempts: some never settle, so that none of them may be kept. */
export class UnsettledHandlers {
  readonly #byTask = new Map<string, number>();
  /** One a handler: two attempts of one run may both go on. */
  readonly #runIds: string[] = [];

  add(taskName: string, runId: string): void {
    this.#byTask.set(taskName, (this.#byTask.get(taskName) ?? 0) + 1);
    if (this.#runIds.length < MOST_RUNS) this.#runIds.push(runId);
  }

  remove(taskName: string, runId: string): void {
    const left = (this.#byTask.get(taskName) ?? 0) - 1;
    if (left > 0) this.#byTask.set(taskName, left);
    else this.#byTask.delete(taskName);
    const index = this.#runIds.indexOf(runId);
    if (index !== -1) this.#runIds.splice(index, 1);
  }

  list(): readonly Unsettled[] {
    return [...this.#byTask].map(([taskName, handlers]) => ({ taskName, handlers }));
  }

  /** The runs of the first 1,000 of them. */
  runIds(): ReadonlySet<string> {
    return new Set(this.#runIds);
  }
}
