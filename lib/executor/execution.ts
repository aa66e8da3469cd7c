import { RunCancelledError, RunTimeoutError } from '../errors.js';
import type { AttemptOutcome } from '../run/outcome.js';
import type { Clock } from '../time/clock.js';
import type { RunContext } from './run.context.js';

/** One attempt that goes on. Its first outcome counts; what a handler does later changes nothing. */
export class Execution {
  /** Never rejects. */
  readonly outcome: Promise<AttemptOutcome>;
  readonly #context: RunContext;
  readonly #unsettled: Set<Execution>;
  #end!: (outcome: AttemptOutcome) => void;
  #hasSettled = false;
  #cancelled: RunCancelledError | undefined;
  #disarmTimeout: (() => void) | undefined;

  /** @param unsettled where it is put when it ends before its handler, until the handler does. */
  constructor(context: RunContext, unsettled: Set<Execution>) {
    this.outcome = new Promise(resolve => (this.#end = resolve));
    this.#context = context;
    this.#unsettled = unsettled;
  }

  get taskName(): string {
    return this.#context.taskName;
  }

  /** Asks the handler to end, through its signal. */
  abort(reason: Error): void {
    if (reason instanceof RunCancelledError) this.#cancelled ??= reason;
    this.#context.abort(reason);
  }

  /** Ends the attempt as `timeout` at an instant (epoch ms), unless its handler does before. */
  limit(at: number, timeoutMs: number, clock: Clock): void {
    this.#disarmTimeout = clock.setTimer(at, () => {
      this.giveUp({ kind: 'timeout', timeoutMs });
      this.abort(new RunTimeoutError(this.taskName, timeoutMs));
    });
  }

  /** Ends the attempt, whatever the handler still does. */
  giveUp(outcome: AttemptOutcome): void {
    if (!this.#hasSettled) this.#unsettled.add(this);
    this.#disarmTimeout?.();
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
    this.#unsettled.delete(this);
    this.#disarmTimeout?.();
    this.#end(outcome);
  }
}
