import { randomUUID } from 'node:crypto';
import type { Submission } from '../engine/engine.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';

export interface StartRunsHost {
  readonly clock: Clock;
  readonly submit: (submission: Submission) => void;
}

/** The run that a task has when the scheduler starts, once in a process. */
export class StartRuns {
  readonly #host: StartRunsHost;
  readonly #had = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(host: StartRunsHost) {
    this.#host = host;
  }

  /** The scheduler runs, and has this task. */
  plan({ runOnStartMs, name }: TaskDefinition, find: (name: string) => TaskDefinition | undefined): void {
    if (runOnStartMs === null || this.#had.has(name)) return;
    this.#had.add(name);
    const { clock, submit } = this.#host;
    const start = () => {
      this.#waiting.delete(name);
      const task = find(name);
      if (task === undefined) return;
      const id = `${name}#${randomUUID()}`;
      submit({ id, task, cause: 'start', dueAt: clock.now(), payload: undefined, verdict: { kind: 'run' } });
    };
    this.#waiting.set(name, clock.after(runOnStartMs, start));
  }

  /** A task that is gone, or the whole of them: what waits does not start any more. */
  forget(name: string): void {
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
    this.#had.delete(name);
  }

  stop(): void {
    for (const disarm of this.#waiting.values()) disarm();
    this.#waiting.clear();
  }
}
