import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';

/** How it stands with a task just now. */
export interface TaskNow {
  readonly active: number;
  /** Epoch ms; 0 = none. */
  readonly nextAt: number;
}

/** How it stands with all tasks, by name. Whoever asks within one turn of the event loop is answered once. */
export class TaskStates {
  readonly #registry: SchedulerRegistry;
  #known: ReadonlyMap<string, TaskNow> | undefined;

  constructor(registry: SchedulerRegistry) {
    this.#registry = registry;
  }

  now(): ReadonlyMap<string, TaskNow> {
    if (this.#known !== undefined) return this.#known;
    const states = this.#registry
      .list()
      .map(({ name, running, nextAt }) => [name, { active: running, nextAt: nextAt ?? 0 }] as const);
    this.#known = new Map(states);
    queueMicrotask(() => (this.#known = undefined));
    return this.#known;
  }
}
