import { isObservable } from 'rxjs';
import { GuardRefusal, RunCancelledError, RunTimeoutError } from '../errors.js';
import type { AttemptOutcome } from '../run/outcome.js';
import { callWithin } from '../task/current-run.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { lastValue } from './last.value.js';
import { RunContext, type ContextHost, type ContextRun } from './run.context.js';
import type { UnsettledHandlers } from './unsettled.handlers.js';

/** What an execution uses and tells. */
export interface ExecutionHost extends ContextHost {
  readonly unsettled: UnsettledHandlers;
}

/** How an attempt ends: with an outcome, or because a guard did not let its handler run. */
export type AttemptEnd = AttemptOutcome | Refused;

export interface Refused {
  readonly kind: 'refused';
  /** What the guard said; `null` when it only refused. */
  readonly detail: string | null;
}

/** One attempt. Its first outcome counts; what the handler does later changes nothing. */
export class Execution {
  readonly isWait = false;
  readonly #task: TaskDefinition;
  readonly #context: RunContext;
  readonly #host: ExecutionHost;
  readonly #onEnd: (end: AttemptEnd) => void;
  #hasEnded = false;
  #hasSettled = false;
  #cancelled: RunCancelledError | undefined;
  #disarmTimeout: (() => void) | undefined;

  /** @param onEnd is called once; within `start()` when the handler returns at once. */
  constructor(run: ContextRun, startedAt: number, host: ExecutionHost, onEnd: (end: AttemptEnd) => void) {
    this.#task = run.task;
    this.#context = new RunContext(run, startedAt, host);
    this.#host = host;
    this.#onEnd = onEnd;
  }

  /** Calls the handler within this call. What it does wrong becomes an outcome, never an exception. */
  start(): void {
    // It may have been given up before its turn came.
    if (this.#hasEnded) return this.#settle(NOTHING_RETURNED);
    if (this.#cancelled !== undefined) return this.#settle(this.#failed(this.#cancelled));
    let outcome: AttemptEnd | undefined;
    try {
      outcome = this.#call();
    } catch (error) {
      outcome = this.#failed(error);
    }
    if (outcome !== undefined) this.#settle(outcome);
  }

  /** Asks the handler to end, through its signal. */
  cancel(reason: string): void {
    this.#cancelled ??= new RunCancelledError(this.#task.name, reason);
    this.#context.abort(this.#cancelled);
  }

  /** `undefined` when the handler goes on. */
  #call(): AttemptOutcome | undefined {
    const { handler, timeoutMs } = this.#task;
    if (timeoutMs !== null)
      this.#disarmTimeout = this.#host.clock.after(timeoutMs, () => this.#timeOut(timeoutMs));
    const returned = callWithin(this.#context, handler);
    if (!isThenable(returned) && !isObservable(returned)) return succeeded(returned);
    this.#resultOf(returned).then(
      value => this.#settle(succeeded(value)),
      (error: unknown) => this.#settle(this.#failed(error)),
    );
    return undefined;
  }

  /** What comes in the end: a promise may bring an Observable. */
  async #resultOf(returned: unknown): Promise<unknown> {
    const result = await returned;
    return isObservable(result) ? lastValue(result, this.#context.signal) : result;
  }

  #timeOut(timeoutMs: number): void {
    // First the signal: what starts in its place must not find the handler at work.
    this.#context.abort(new RunTimeoutError(this.#task.name, timeoutMs));
    const reason = this.#cancelled?.reason;
    this.giveUp(reason === undefined ? { kind: 'timeout', timeoutMs } : { kind: 'cancelled', reason });
  }

  /** After a cancellation, to throw is how a handler obeys; what it throws of its own is kept. */
  #failed(error: unknown): AttemptEnd {
    if (this.#cancelled === undefined) {
      return error instanceof GuardRefusal ? refused(error) : { kind: 'failure', error };
    }
    const { reason } = this.#cancelled;
    return error === this.#cancelled ? { kind: 'cancelled', reason } : { kind: 'cancelled', reason, error };
  }

  /** Ends the attempt with this outcome, whatever its handler still does. */
  giveUp(outcome: AttemptOutcome): void {
    if (!this.#hasEnded && !this.#hasSettled) this.#host.unsettled.add(this.#task.name, this.#context.runId);
    this.#end(outcome);
  }

  #settle(outcome: AttemptEnd): void {
    if (this.#hasSettled) return;
    this.#hasSettled = true;
    if (this.#hasEnded) this.#host.unsettled.remove(this.#task.name, this.#context.runId);
    else this.#end(outcome);
  }

  #end(outcome: AttemptEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#disarmTimeout?.();
    this.#onEnd(outcome);
  }
}

const NOTHING_RETURNED: AttemptOutcome = Object.freeze({ kind: 'success', result: undefined });

function succeeded(result: unknown): AttemptOutcome {
  return result === undefined ? NOTHING_RETURNED : { kind: 'success', result };
}

function refused({ cause }: GuardRefusal): Refused {
  return { kind: 'refused', detail: cause instanceof Error ? cause.message : null };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
