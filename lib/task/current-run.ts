import { AsyncLocalStorage } from 'node:async_hooks';
import type { TaskContext } from './task.context.js';

const contexts = new AsyncLocalStorage<TaskContext<unknown>>();

/**
 * The context of the run within which this is called, however deep below its handler and after any `await`;
 * `undefined` outside of runs.
 *
 * @example
 * ```ts
 * this.log.info('saved', { run: currentRun()?.runId });
 * ```
 */
export function currentRun(): TaskContext<unknown> | undefined {
  return contexts.getStore();
}

/** Calls a handler with its context, within its run. */
export function callWithin(
  context: TaskContext<unknown>,
  handler: (context: TaskContext<unknown>) => unknown,
): unknown {
  return contexts.run(context, handler, context);
}
