import { isObservable, type Observable } from 'rxjs';
import { RunTimeoutError } from '../errors.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { Execution } from './execution.js';
import { RunContext, type AttemptOrder, type ContextHost } from './run.context.js';

/** Calls handlers. What they do wrong becomes an outcome, never an exception. */
export class Executor {
  readonly #host: ContextHost;
  readonly #executions = new Set<Execution>();

  constructor(host: ContextHost) {
    this.#host = host;
  }

  /** The tasks of handlers that still run although their attempt has ended, a name for each handler. */
  unsettled(): readonly string[] {
    return [...this.#executions]
      .filter(execution => execution.isUnsettled)
      .map(execution => execution.taskName);
  }

  /** Calls the handler within this call. */
  execute({ handler, timeoutMs }: TaskDefinition, order: AttemptOrder): Execution {
    const context = new RunContext(order, this.#host);
    let disarm: (() => void) | undefined;
    const execution = new Execution(context, () => {
      disarm?.();
      this.#executions.delete(execution);
    });
    this.#executions.add(execution);
    try {
      const returned = handler(context);
      const result = isObservable(returned) ? lastValue(returned, context.signal) : returned;
      if (isThenable(result)) {
        if (timeoutMs !== null) disarm = this.#limit(execution, order, timeoutMs);
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

  #limit(execution: Execution, { startedAt, taskName }: AttemptOrder, timeoutMs: number): () => void {
    return this.#host.clock.setTimer(startedAt + timeoutMs, () => {
      execution.giveUp({ kind: 'timeout', timeoutMs });
      execution.abort(new RunTimeoutError(taskName, timeoutMs));
    });
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
      subscription.unsubscribe();
      reject(signal.reason as Error);
    });
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
