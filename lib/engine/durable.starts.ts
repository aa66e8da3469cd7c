import type { DurableMemory } from '../run/durable.memory.js';

/**
 * Calls handlers once it is kept that their runs have started, all of one turn of the event loop together: a process that
 * dies from then on does not run them again.
 */
export class DurableStarts {
  readonly #memory: DurableMemory;
  #waiting: (() => void)[] = [];

  constructor(memory: DurableMemory) {
    this.#memory = memory;
  }

  start(call: () => void): void {
    if (this.#waiting.push(call) === 1) queueMicrotask(() => this.#callAll());
  }

  #callAll(): void {
    const calls = this.#waiting;
    this.#waiting = [];
    this.#memory.flush();
    for (const call of calls) call();
  }
}
