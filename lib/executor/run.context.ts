import { inspect } from 'node:util';
import type { Clock } from '../time/clock.js';
import type { StsEvent } from '../run/run.events.js';
import type { Cause, Run } from '../run/run.js';
import type { RunLogLine } from '../run/run.log.js';
import { STOP_HOOKS, type StopHooks } from '../task/stop.hooks.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { TaskContext, TaskLogger } from '../task/task.context.js';
import { loggerThat, refuseNoFraction } from '../task/task.logger.js';

/** A run, as far as its handler knows and touches it. */
export interface ContextRun {
  readonly task: TaskDefinition;
  readonly id: string;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly payload: unknown;
  /** The number of the attempt that begins, from 1. */
  readonly attempt: number;
  /** Keeps what the handler writes. */
  keep(line: RunLogLine): void;
  /** As it stands. */
  snapshot(): Run;
  /** Guards have let the handler start. */
  admitted(): void;
}

/** Where a context tells what its handler says. */
export interface ContextHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** What handlers begin that must not outlive the scheduler. */
  readonly stopHooks: StopHooks;
  /** Is called before each attempt. */
  readonly onCall: () => void;
  /** Is called when a handler has returned, a Promise or a result. */
  readonly onReturn: (taskName: string, tookMs: number) => void;
}

/**
 * The context of one attempt. What costs is made when a handler reads it, and works when it is destructured.
 */
export class RunContext implements TaskContext<unknown> {
  readonly taskName: string;
  readonly runId: string;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly startedAt: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly payload: unknown;
  readonly #run: ContextRun;
  readonly #host: ContextHost;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;

  constructor(run: ContextRun, startedAt: number, host: ContextHost) {
    this.taskName = run.task.name;
    this.runId = run.id;
    this.cause = run.cause;
    this.dueAt = run.dueAt;
    this.startedAt = startedAt;
    this.attempt = run.attempt;
    this.maxAttempts = run.task.retry.retries + 1;
    this.payload = run.payload;
    this.#run = run;
    this.#host = host;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortReason) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  get logger(): TaskLogger {
    return loggerThat((level, text) => {
      const message = typeof text === 'string' ? text : inspect(text);
      const at = this.#host.clock.now();
      this.#run.keep({ at, attempt: this.attempt, level, message });
      this.#host.record({ type: 'runLogged', at, ...this.#place, level, message, run: this.#run.snapshot() });
    });
  }

  get progress(): TaskContext['progress'] {
    return (fraction, message = null) => {
      refuseNoFraction(fraction, this.taskName);
      this.#host.record({
        type: 'runProgressed',
        at: this.#host.clock.now(),
        ...this.#place,
        fraction,
        message,
      });
    };
  }

  /** Tells how long a call takes until it returns, or throws. */
  measured<T>(call: () => T): T {
    const { clock, onReturn } = this.#host;
    const calledAt = clock.now();
    try {
      return call();
    } finally {
      onReturn(this.taskName, clock.now() - calledAt);
    }
  }

  /** Guards have let the handler start. */
  admitted(): void {
    this.#run.admitted();
  }

  get [STOP_HOOKS](): StopHooks {
    return this.#host.stopHooks;
  }

  /** Only the first reason counts, as with any AbortSignal. */
  abort(reason: Error): void {
    this.#abortReason ??= reason;
    this.#controller?.abort(reason);
  }

  get #place() {
    return { taskName: this.taskName, runId: this.runId, attempt: this.attempt };
  }
}

/** Tells that guards have let the attempt of this context start. */
export function admit(context: TaskContext<unknown>): void {
  if (context instanceof RunContext) context.admitted();
}

/** Calls a handler that is not called within its attempt's start, and tells of the time until it returns as well. */
export function measured<T>(context: TaskContext<unknown>, call: () => T): T {
  return context instanceof RunContext ? context.measured(call) : call();
}
