import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunSpans } from '../../lib/otel/run.spans.js';
import type { Run } from '../../lib/run/run.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import { finishedRun, NEW_YEAR, runningRun } from '../run/sample.run.js';

const exporter = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
  'app',
);
beforeAll(() => void api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
beforeEach(() => exporter.reset());
afterAll(() => api.context.disable());

const spans = ({ isShared = false } = {}) =>
  new RunSpans({ api, tracer, groupOf: () => null, isShared, onError: () => {} });
const contextOf = ({ id: runId, taskName, cause, dueAt, startedAt }: Run, attempt = 1) =>
  ({ runId, taskName, cause, dueAt, startedAt, attempt }) as TaskContext<unknown>;
const ended = () =>
  exporter.getFinishedSpans().map(({ name, attributes }) => [name.split(' ')[0], attributes['sts.outcome']]);
const at = NEW_YEAR + 100;
const run = runningRun();
const failure = { kind: 'failure', error: new Error('broken') } as const;
const attempt = { number: 1, startedAt: NEW_YEAR + 5, endedAt: at, outcome: failure };
const failed = { type: 'attemptFailed', at, run, attempt, retryAt: at } as const;

describe('a run that another process may go on with', () => {
  it('has ended here with its attempt', () => {
    const here = spans({ isShared: true });
    here.hear({ type: 'runStarted', at, run });
    void here.around(contextOf(run), () => Promise.resolve());

    here.hear(failed);

    expect(ended()).toEqual([
      ['attempt', 'failure'],
      ['run', 'failure'],
    ]);
  });

  it.each(['runLost', 'runLeft'] as const)('has spans without an outcome when it is gone: %s', type => {
    const here = spans();
    here.hear({ type: 'runStarted', at, run });

    here.hear({ type, at, run });
    here.hear({ type, at, run });

    expect(ended()).toEqual([['run', undefined]]);
  });
});

it('an attempt that a guard refuses has no outcome, and not that of the one before', () => {
  const here = spans();
  here.hear({ type: 'runStarted', at, run });
  void here.around(contextOf(run), () => Promise.resolve());
  here.hear(failed);
  void here.around(contextOf(run, 2), () => Promise.resolve());

  here.hear({ type: 'runFinished', at, run: finishedRun({ attempts: [attempt], outcome: failure }) });

  expect(ended()).toEqual([
    ['attempt', 'failure'],
    ['attempt', undefined],
    ['run', 'failure'],
  ]);
});

describe('a run whose start nobody here has seen', () => {
  it('has its spans when it ends, as after a crash', () => {
    spans().hear({ type: 'runFinished', at, run: finishedRun() });

    expect(ended()).toEqual([['run', 'success']]);
  });

  it('has none for an attempt that another one follows', () => {
    spans().hear(failed);

    expect(ended()).toEqual([]);
  });

  it('has none when it never started', () => {
    spans().hear({ type: 'runFinished', at, run: finishedRun({ startedAt: null, attempts: [] }) });

    expect(ended()).toEqual([]);
  });
});

it('a run by hand that waits twice is linked to who asked for it', () => {
  const here = spans();
  const waiting = { type: 'runWaiting', at, run: runningRun({ cause: 'manual' }) } as const;
  const [first, second] = [tracer.startSpan('asks'), tracer.startSpan('ends another run')];
  const within = (span: api.Span, act: () => void) =>
    api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, span), act);

  within(first, () => here.hear({ ...waiting, waitsFor: 'overlap' }));
  within(second, () => here.hear({ ...waiting, waitsFor: 'limit' }));
  here.hear({ type: 'runFinished', at, run: finishedRun({ cause: 'manual' }) });

  const [{ links }] = exporter.getFinishedSpans() as [ReadableSpan];
  expect(links).toEqual([{ context: first.spanContext() }]);
});
