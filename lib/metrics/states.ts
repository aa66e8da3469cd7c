import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';

/** How it stands with a task just now. */
export interface TaskNow {
  readonly active: number;
  /** Epoch ms; 0 = none, or the scheduler does not run. */
  readonly nextAt: number;
}

const NOTHING: TaskNow = { active: 0, nextAt: 0 };

/** How it stands with all tasks. Whoever asks within one turn of the event loop is answered the same. */
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
    const registry = this.#registry;
    if (registry === undefined) return new Map();
    const isRunning = registry.status().state === 'running';
    return new Map(
      registry.list().map(({ name, running, nextAt }) => {
        return [name, { active: running, nextAt: (isRunning ? nextAt : null) ?? 0 }];
      }),
    );
  }
}
