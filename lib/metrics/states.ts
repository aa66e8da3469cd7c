import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';

/** How it stands with a task just now. */
export interface TaskNow {
  readonly active: number;
  /** Epoch ms; 0 = none. */
  readonly nextAt: number;
}

const NOTHING: TaskNow = { active: 0, nextAt: 0 };

/** How it stands with all tasks, by name. Whoever asks within one turn of the event loop is answered once. */
export class TaskStates {
  /** `undefined` = the app has closed. */
  #registry: SchedulerRegistry | undefined;
  #known: ReadonlyMap<string, TaskNow> | undefined;

  constructor(registry: SchedulerRegistry) {
    this.#registry = registry;
  }

  /** How it stands with one of them; nothing goes on of a task that is not there, nor when the app has closed. */
  of(taskName: string): TaskNow {
    this.#known ??= this.#look();
    return this.#known.get(taskName) ?? NOTHING;
  }

  close(): void {
    this.#registry = undefined;
    this.#known = undefined;
  }

  #look(): ReadonlyMap<string, TaskNow> {
    queueMicrotask(() => (this.#known = undefined));
    const tasks = this.#registry?.list() ?? [];
    return new Map(
      tasks.map(({ name, running, nextAt }) => [name, { active: running, nextAt: nextAt ?? 0 }]),
    );
  }
}
