import type { Unsettled } from '../run/run.events.js';

/** Counts the handlers that outlive their attempts: some never settle, so that none of them may be kept. */
export class UnsettledHandlers {
  readonly #byTask = new Map<string, number>();

  add(taskName: string): void {
    this.#byTask.set(taskName, (this.#byTask.get(taskName) ?? 0) + 1);
  }

  remove(taskName: string): void {
    const left = (this.#byTask.get(taskName) ?? 0) - 1;
    if (left > 0) this.#byTask.set(taskName, left);
    else this.#byTask.delete(taskName);
  }

  list(): readonly Unsettled[] {
    return [...this.#byTask].map(([taskName, handlers]) => ({ taskName, handlers }));
  }
}
