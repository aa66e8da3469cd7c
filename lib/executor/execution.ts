import { RunCancelledError } from '../errors.js';
import type { AttemptOutcome } from '../run/outcome.js';
import type { RunContext } from './run.context.js';

/** One attempt that goes on. Its first outcome counts; what a handler does later changes nothing. */
export class Execution {
  /** Never rejects. */
  readonly outcome: Promise<AttemptOutcome>;
  readonly #context: RunContext;
  readonly #onSettled: () => void;
  #end!: (outcome: AttemptOutcome) => void;
  #hasEnded = false;
  #hasSettled = false;
  #cancelled: RunCancelledError | undefined;

  constructor(context: RunContext, onSettled: () => void) {
    this.outcome = new Promise(resolve => (this.#end = resolve));
    this.#context = context;
    this.#onSettled = onSettled;
  }

  /** Whether the attempt has ended and its handler has not. */
  get isUnsettled(): boolean {
    return this.#hasEnded && !this.#hasSettled;
  }

  get taskName(): string {
    return this.#context.taskName;
  }

  /** Asks the handler to end, through its signal. */
  abort(reason: Error): void {
    if (reason instanceof RunCancelledError) this.#cancelled ??= reason;
    this.#context.abort(reason);
  }

  /** Ends the attempt, whatever the handler still does. */
  giveUp(outcome: AttemptOutcome): void {
    this.#hasEnded = true;
    this.#end(outcome);
  }

  /** The handler returned. */
  succeed(result: unknown): void {
    this.#settle({ kind: 'success', result });
  }

  /** The handler threw or rejected: after a cancellation this is how it obeys. */
  fail(error: unknown): void {
    this.#settle(
      this.#cancelled ? { kind: 'cancelled', reason: this.#cancelled.reason } : { kind: 'failure', error },
    );
  }

  #settle(outcome: AttemptOutcome): void {
    this.#hasSettled = true;
    this.#hasEnded = true;
    this.#end(outcome);
    this.#onSettled();
  }
}
