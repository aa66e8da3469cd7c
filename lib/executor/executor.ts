import { isObservable, type Observable } from 'rxjs';
import type { TaskDefinition } from '../task/task.definition.js';
import { Execution } from './execution.js';
import { RunContext, type AttemptOrder, type ContextHost } from './run.context.js';

/** Calls handlers. What they do wrong becomes an outcome, never an exception. */
export class Executor {
  readonly #host: ContextHost;
  readonly #unsettled = new Set<Execution>();

  constructor(host: ContextHost) {
    this.#host = host;
  }

  /** The tasks of handlers that still run although their attempt has ended, a name for each handler. */
  unsettled(): readonly string[] {
    return [...this.#unsettled].map(({ taskName }) => taskName);
  }

  /** Calls the handler within this call. */
  execute({ handler, timeoutMs }: TaskDefinition, order: AttemptOrder): Execution {
    const context = new RunContext(order, this.#host);
    const execution = new Execution(context, this.#unsettled);
    try {
      const returned = handler(context);
      const result = isObservable(returned) ? lastValue(returned, context.signal) : returned;
      if (isThenable(result)) {
        if (timeoutMs !== null) execution.limit(order.startedAt + timeoutMs, timeoutMs, this.#host.clock);
        result.then(
          value => execution.succeed(value),
          (error: unknown) => execution.fail(error),
        );
      } else {
        execution.succeed(result);
      }
    } catch (error) {
      execution.fail(error);
    }
    return execution;
  }
}

/** What an Observable emits last, `undefined` if nothing; an abort unsubscribes. */
function lastValue(source: Observable<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const subscription = source.subscribe({
      next: value => (last = value),
      error: reject,
      complete: () => resolve(last),
    });
    signal.addEventListener('abort', () => {
      try {
        subscription.unsubscribe();
        reject(signal.reason as Error);
      } catch (error) {
        reject(error as Error);
      }
    });
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
