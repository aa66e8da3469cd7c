import { isObservable } from 'rxjs';
import { AroundError, GuardRefusal } from '../errors.js';
import type { TaskContext } from '../task/task.context.js';
import type { Handler } from '../task/task.definition.js';
import { lastValue } from './last.value.js';
import { measured } from './run.context.js';

/**
 * Is called around every attempt, and calls `next()` once, before it settles: that runs the rest, and resolves or
 * rejects as the handler does. It cannot change how that ends; what it throws itself is the attempt's failure.
 */
export type Around = (context: TaskContext<unknown>, next: () => Promise<unknown>) => unknown;

/** A handler with the app's hook around it. */
export function withAround(handler: Handler, around: Around): Handler {
  return async context => {
    const { taskName } = context;
    let rest: Promise<unknown> | undefined;
    let isTwice = false;
    let isOver = false;
    const next = () => {
      if (isOver) return rejected(taskName, 'late');
      isTwice = rest !== undefined;
      if (isTwice) return rejected(taskName, 'twice');
      return (rest = handled(settled(handler, context)));
    };
    try {
      await around(context, next);
      isOver = true;
      if (isTwice) throw new AroundError(taskName, 'twice');
    } catch (error) {
      isOver = true;
      // A run holds its slot until its handler has ended, and no guard's refusal is a failure.
      const refusal = await rest?.then(() => undefined, refusalOf);
      throw refusal ?? (isTwice ? new AroundError(taskName, 'twice') : error);
    }
    if (rest === undefined) throw new AroundError(taskName, 'never');
    return rest;
  };
}

function rejected(taskName: string, calls: AroundError['calls']): Promise<never> {
  return handled(Promise.reject(new AroundError(taskName, calls)));
}

/** A hook may drop what `next()` gives it: the attempt ends with that in any case, and the process goes on. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function settled(handler: Handler, context: TaskContext<unknown>): Promise<unknown> {
  // Its attempt may have ended before the hook got here.
  context.signal.throwIfAborted();
  const result = await measured(context, () => handler(context));
  return isObservable(result) ? lastValue(result, context.signal) : result;
}

function refusalOf(error: unknown): GuardRefusal | undefined {
  return error instanceof GuardRefusal ? error : undefined;
}
