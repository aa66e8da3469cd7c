import { isObservable } from 'rxjs';
import { AroundError, GuardRefusal } from '../errors.js';
import type { TaskContext } from '../task/task.context.js';
import type { Handler } from '../task/task.definition.js';
import { lastValue } from './last.value.js';

/**
 * Is called around every attempt, and calls `next()` once: that runs the rest, and resolves or rejects as the
 * handler does. It cannot change how that ends; what it throws itself is the attempt's failure.
 */
export type Around = (context: TaskContext<unknown>, next: () => Promise<unknown>) => unknown;

/** A handler with the app's hook around it. */
export function withAround(handler: Handler, around: Around): Handler {
  return async context => {
    let rest: Promise<unknown> | undefined;
    const next = () => {
      if (rest !== undefined) return Promise.reject(new AroundError(context.taskName, 'twice'));
      return (rest = settled(handler, context));
    };
    try {
      await around(context, next);
    } catch (error) {
      // A run holds its slot until its handler has ended, and no guard's refusal is a failure.
      const refusal = await rest?.then(() => undefined, refusalOf);
      throw refusal ?? error;
    }
    if (rest === undefined) throw new AroundError(context.taskName, 'never');
    return rest;
  };
}

async function settled(handler: Handler, context: TaskContext<unknown>): Promise<unknown> {
  // Its attempt may have ended before the hook got here.
  context.signal.throwIfAborted();
  const result = await handler(context);
  return isObservable(result) ? lastValue(result, context.signal) : result;
}

function refusalOf(error: unknown): GuardRefusal | undefined {
  return error instanceof GuardRefusal ? error : undefined;
}
