import type { TaskContext } from './task.context.js';

/** What handlers have begun that must not outlive the scheduler, whatever became of their runs: processes, threads. */
export class StopHooks {
  readonly #hooks = new Set<() => void>();

  /** @returns a function that takes it back, when it has ended by itself. */
  add(end: () => void): () => void {
    // The same function may be given twice, and is then called twice.
    const hook = () => end();
    this.#hooks.add(hook);
    return () => void this.#hooks.delete(hook);
  }

  /** Ends all of it, and forgets it. */
  run(): void {
    const hooks = [...this.#hooks];
    this.#hooks.clear();
    for (const end of hooks) end();
  }
}

/** Under it a context has the hooks of its scheduler; nothing that a handler is meant to use. */
export const STOP_HOOKS = Symbol('STOP_HOOKS');

/**
 * Has `end` called when the scheduler of this context has stopped. It does nothing for a context that a test has made.
 *
 * @returns a function that takes it back.
 */
export function onSchedulerStop(context: TaskContext<unknown>, end: () => void): () => void {
  return stopHooksOf(context)?.add(end) ?? (() => undefined);
}

/** The hooks of the scheduler of this context; `undefined` for a context that a test has made. */
export function stopHooksOf(context: TaskContext<unknown>): StopHooks | undefined {
  return (context as { [STOP_HOOKS]?: StopHooks })[STOP_HOOKS];
}
