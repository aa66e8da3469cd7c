import type { Submission } from '../engine/engine.js';
import { RUN, skipOf } from '../engine/missed.instants.js';
import { isEnabled, type TermsHost } from '../engine/terms.js';
import type { Draws } from '../policy/draws.js';
import type { TaskDefinition } from '../task/task.definition.js';

export interface StartRunsHost extends TermsHost {
  readonly draws: Draws;
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
    if (runOnStartMs === null || this.#had.has(name) || this.#waiting.has(name)) return;
    const { clock, submit } = this.#host;
    const start = () => {
      this.#waiting.delete(name);
      this.#had.add(name);
      const task = find(name);
      if (task === undefined) return;
      const [id, dueAt] = [`${name}#${this.#host.draws.id()}`, clock.now()];
      const verdict = isEnabled(task, this.#host) ? RUN : skipOf(dueAt, 'disabled');
      submit({ id, task, cause: 'start', dueAt, payload: undefined, verdict });
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
