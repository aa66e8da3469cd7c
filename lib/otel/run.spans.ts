import type { Context, Link, Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { Around } from '../executor/around.js';
import type { Outcome } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { Attempt, Cause, FinishedRun, Run } from '../run/run.js';
import type { TaskContext } from '../task/task.context.js';
import { errorTypeOf, KEYS, readableError, taskAttributes } from './attributes.js';

export type OtelApi = Pick<
  typeof import('@opentelemetry/api'),
  'context' | 'metrics' | 'ROOT_CONTEXT' | 'SpanStatusCode' | 'trace'
>;

export interface RunSpansHost {
  readonly api: OtelApi;
  readonly tracer: Tracer;
  readonly groupOf: (taskName: string) => string | null;
  /** Whether another process may make a run's next attempt. */
  readonly isShared: boolean;
  /** What the SDK threw. */
  readonly onError: (error: unknown) => void;
}

/** What a span needs to know of a run. */
interface Begun {
  readonly id: string;
  readonly taskName: string;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly startedAt: number;
}

interface OpenRun {
  readonly root: Span;
  attempt: { readonly number: number; readonly span: Span } | undefined;
}

/** A span for each run, the root of a trace, and one below it for each attempt, in which the handler works. */
export class RunSpans {
  readonly #host: RunSpansHost;
  readonly #open = new Map<string, OpenRun>();
  /** Who asked for a run that still waits. */
  readonly #callers = new Map<string, SpanContext | undefined>();

  constructor(host: RunSpansHost) {
    this.#host = host;
  }

  /** Carries the span of an attempt into its handler. */
  readonly around: Around = (context, next) => {
    const inSpan = this.#enter(context);
    return inSpan === undefined ? next() : this.#host.api.context.with(inSpan, next);
  };

  hear(event: StsEvent): void {
    try {
      this.#hear(event);
    } catch (error) {
      this.#host.onError(error);
    }
  }

  #hear(event: StsEvent): void {
    switch (event.type) {
      case 'runWaiting':
        return this.#noteCaller(event.run);
      case 'runStarted':
        return void this.#begin({ ...event.run, startedAt: event.run.startedAt! });
      case 'attemptFailed':
        return this.#retry(event.run, event.attempt);
      case 'runFinished':
      case 'runSkipped':
        return this.#finish(event.run);
      case 'runLost':
      case 'runLeft':
        return this.#drop(event.run.id, event.at);
    }
  }

  /** `undefined` when the app's SDK fails, which must cost no run. */
  #enter(context: TaskContext<unknown>): Context | undefined {
    const { api, onError } = this.#host;
    try {
      const run = this.#begin({ ...beginOf(context), id: context.runId });
      const span = this.#child(run.root, context);
      run.attempt = { number: context.attempt, span };
      // Not into the context of now: that may be of whoever ended the run for which this one waited.
      return api.trace.setSpan(api.ROOT_CONTEXT, span);
    } catch (error) {
      onError(error);
      return undefined;
    }
  }

  /** The context of a run that waits is that of its `trigger()` now, and of somebody else when it starts. */
  #noteCaller({ id, cause }: Run): void {
    if (cause === 'manual' && !this.#callers.has(id)) this.#callers.set(id, this.#caller());
  }

  #caller(): SpanContext | undefined {
    const { trace, context } = this.#host.api;
    return trace.getSpanContext(context.active());
  }

  #begin(run: Begun): OpenRun {
    const known = this.#open.get(run.id);
    if (known !== undefined) return known;
    const { api, tracer, groupOf } = this.#host;
    const { id, taskName, cause, dueAt, startedAt } = run;
    const attributes = {
      ...taskAttributes(taskName, groupOf(taskName)),
      [KEYS.runId]: id,
      [KEYS.cause]: cause,
      [KEYS.dueAt]: new Date(dueAt).toISOString(),
    };
    const options = { startTime: new Date(startedAt), attributes, links: this.#linksOf(run) };
    const begun = {
      root: tracer.startSpan(`run ${taskName}`, options, api.ROOT_CONTEXT),
      attempt: undefined,
    };
    this.#open.set(id, begun);
    return begun;
  }

  #linksOf({ id, cause }: Begun): Link[] {
    if (cause !== 'manual') return [];
    const caller = this.#callers.has(id) ? this.#callers.get(id) : this.#caller();
    this.#callers.delete(id);
    return caller === undefined ? [] : [{ context: caller }];
  }

  #child(root: Span, attempt: Pick<Begun, 'taskName' | 'startedAt'> & { readonly attempt: number }): Span {
    const { api, tracer, groupOf } = this.#host;
    const { taskName, startedAt, attempt: number } = attempt;
    const attributes = { ...taskAttributes(taskName, groupOf(taskName)), [KEYS.attempt]: number };
    const parent = api.trace.setSpan(api.ROOT_CONTEXT, root);
    return tracer.startSpan(`attempt ${taskName}`, { startTime: new Date(startedAt), attributes }, parent);
  }

  #retry(run: Run, attempt: Attempt): void {
    const open = this.#open.get(run.id);
    if (open === undefined) return;
    this.#endAttempt(open, run, attempt);
    // Nobody here would end it when another process makes the next attempt.
    if (this.#host.isShared) this.#endRoot(open, run, { at: attempt.endedAt, outcome: attempt.outcome });
  }

  /** A run that never started has no span, but for one that guards have refused. */
  #finish(run: FinishedRun): void {
    const { id, startedAt, endedAt, outcome, attempts } = run;
    const open = this.#open.get(id) ?? (startedAt === null ? undefined : this.#begin({ ...run, startedAt }));
    this.#callers.delete(id);
    if (open === undefined) return;
    const last = attempts.at(-1);
    if (last !== undefined) this.#endAttempt(open, run, last);
    this.#endRoot(open, run, { at: endedAt, outcome });
  }

  /** Of a run that another process had begun, or that a guard refused another attempt, the last one has ended before. */
  #endAttempt(open: OpenRun, { taskName }: Run, { number, outcome, endedAt }: Attempt): void {
    if (open.attempt?.number !== number) return;
    const { span } = open.attempt;
    open.attempt = undefined;
    const error = readableError(outcome, taskName);
    if (error !== undefined) span.recordException(error, new Date(endedAt));
    this.#end(span, { at: endedAt, outcome, taskName });
  }

  #endRoot(
    open: OpenRun,
    { id, taskName }: Run,
    end: { readonly at: number; readonly outcome: Outcome },
  ): void {
    this.#open.delete(id);
    // A guard has refused it.
    open.attempt?.span.end(new Date(end.at));
    this.#end(open.root, { ...end, taskName });
  }

  #end(span: Span, end: { readonly at: number; readonly outcome: Outcome; readonly taskName: string }): void {
    const { outcome, taskName } = end;
    span.setAttribute(KEYS.outcome, outcome.kind);
    if (outcome.kind === 'skipped') span.setAttribute(KEYS.reason, outcome.reason);
    const type = errorTypeOf(outcome);
    if (type !== undefined) span.setAttribute(KEYS.errorType, type);
    const error = readableError(outcome, taskName);
    if (error !== undefined) {
      span.setStatus({ code: this.#host.api.SpanStatusCode.ERROR, message: error.message });
    }
    span.end(new Date(end.at));
  }

  /** Another process, or another start, goes on with it. */
  #drop(id: string, at: number): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    this.#callers.delete(id);
    open?.attempt?.span.end(new Date(at));
    open?.root.end(new Date(at));
  }
}

function beginOf({ taskName, cause, dueAt, startedAt }: Omit<Begun, 'id'>): Omit<Begun, 'id'> {
  return { taskName, cause, dueAt, startedAt };
}
