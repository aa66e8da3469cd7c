import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, UseGuards, type Provider } from '@nestjs/common';
import { context, metrics, trace, SpanStatusCode, type Span, type TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { Cron, Every, Manual, ModuleImportError, Retry, type Around, type TaskContext } from 'nestjs-sts';
import { StsOtelModule, type StsOtelOptions } from 'nestjs-sts/otel';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bootError, startApp } from './apps.js';
import { turnsWithin } from './turns.js';

const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = tracerProvider.getTracer('app');

let kit: StsTestKit | undefined;
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracerProvider);
});
beforeEach(() => exporter.reset());
afterEach(async () => {
  await kit?.close({ leaks: 'allow' });
  kit = undefined;
});
afterAll(() => {
  context.disable();
  trace.disable();
});

const START = Date.UTC(2026, 0, 1);
const traceId = 'traceId';

@Injectable()
class Tasks {
  @Every('10m', { group: 'reports' }) work() {
    tracer.startActiveSpan('query', span => span.end());
  }
  @Manual() @Retry(1, { delay: '30s' }) flaky({ attempt }: TaskContext) {
    if (attempt === 1) throw new RangeError('too far');
  }
  @Manual() async asked() {
    await new Promise(resolve => setImmediate(resolve));
    tracer.startActiveSpan('query', span => span.end());
  }
  @Manual({ timeout: '5s' }) slow() {
    return new Promise(() => {});
  }
  @Manual() hanging() {
    return new Promise(() => {});
  }
  @UseGuards({ canActivate: () => false }) @Manual() guarded() {}
}

const start = async (options: StsOtelOptions = { metrics: false }, around?: Around) =>
  (kit = await startApp([Tasks], { options: { around }, imports: [StsOtelModule.forRoot(options)] }));

const ms = ([seconds, nanos]: readonly [number, number]) => seconds * 1_000 + nanos / 1e6;
const spansOf = (name: string) => exporter.getFinishedSpans().filter(span => span.name.includes(name));
const told = ({ name, startTime, endTime, attributes, status, events, links }: ReadableSpan) => ({
  name,
  from: ms(startTime) - START,
  to: ms(endTime) - START,
  attributes,
  status,
  events: events.map(event => `${event.name} ${String(event.attributes!['exception.type'])}`),
  links: links.length,
});
const inRequest = <T>(act: (request: Span) => Promise<T>) =>
  tracer.startActiveSpan('GET /rebuild', async request => {
    try {
      return await act(request);
    } finally {
      request.end();
    }
  });

describe('a run', () => {
  it('is a span, the root of a trace, with one below it for its attempt', async () => {
    await (await start()).advanceBy('10m');

    const [attempt, run] = spansOf('Tasks.work');
    const task = { 'sts.task': 'Tasks.work', 'sts.group': 'reports' };
    const at = { from: 600_000, to: 600_000, status: { code: SpanStatusCode.UNSET }, events: [], links: 0 };
    expect(told(run!)).toEqual({
      name: 'run Tasks.work',
      ...at,
      attributes: {
        ...task,
        'sts.run.id': `Tasks.work@${START + 600_000}`,
        'sts.cause': 'schedule',
        'sts.due_at': '2026-01-01T00:10:00.000Z',
        'sts.outcome': 'success',
      },
    });
    expect(told(attempt!)).toEqual({
      name: 'attempt Tasks.work',
      ...at,
      attributes: { ...task, 'sts.attempt': 1, 'sts.outcome': 'success' },
    });
    expect(run!.parentSpanContext).toBeUndefined();
    expect(attempt!.parentSpanContext).toEqual(run!.spanContext());
  });

  it('carries its context into the handler, whose spans are below the attempt', async () => {
    await (await start()).advanceBy('10m');

    const [attempt] = spansOf('attempt Tasks.work');
    const [query] = spansOf('query');
    expect(query!.parentSpanContext).toMatchObject({ spanId: attempt!.spanContext().spanId });
    expect(query!.spanContext().traceId).toBe(attempt!.spanContext()[traceId]);
  });

  it('has a trace of its own each time', async () => {
    await (await start()).advanceBy('30m');

    const traces = new Set(spansOf('run Tasks.work').map(span => span.spanContext()[traceId]));
    expect(traces.size).toBe(3);
  });

  it('has an attempt for each try, from its start to its end, with its error', async () => {
    await (await start()).trigger('Tasks.flaky');

    const failed = { code: SpanStatusCode.ERROR, message: 'too far' };
    const fine = { status: { code: SpanStatusCode.UNSET }, events: [] };
    expect(spansOf('Tasks.flaky').map(told)).toMatchObject([
      {
        name: 'attempt Tasks.flaky',
        from: 0,
        to: 0,
        attributes: { 'sts.attempt': 1, 'sts.outcome': 'failure', 'error.type': 'RangeError' },
        status: failed,
        events: ['exception RangeError'],
      },
      { name: 'attempt Tasks.flaky', from: 30_000, to: 30_000, attributes: { 'sts.attempt': 2 }, ...fine },
      { name: 'run Tasks.flaky', from: 0, to: 30_000, attributes: { 'sts.outcome': 'success' }, ...fine },
    ]);
  });

  it('that times out says so', async () => {
    await (await start()).trigger('Tasks.slow');

    const outcome = { 'sts.outcome': 'timeout', 'error.type': 'timeout' };
    const message = 'Tasks.slow took longer than its timeout of 5000 ms.';
    expect(spansOf('Tasks.slow').map(told)).toMatchObject([
      { to: 5_000, attributes: outcome, status: { message }, events: ['exception RunTimeoutError'] },
      { to: 5_000, attributes: outcome, status: { message }, events: [] },
    ]);
  });

  it('that is cancelled, or given up by a drain, has its spans as well', async () => {
    const { registry } = await start();
    const run = await registry.trigger('Tasks.hanging');
    await registry.cancel(run.id);
    await kit!.advanceBy('10s');
    await registry.trigger('Tasks.hanging');
    await kit!.close({ leaks: 'allow' });
    kit = undefined;

    expect(spansOf('run Tasks.hanging').map(told)).toMatchObject([
      { attributes: { 'error.type': 'cancelled' }, status: { code: SpanStatusCode.UNSET } },
      { attributes: { 'error.type': 'abandoned' }, status: { code: SpanStatusCode.ERROR } },
    ]);
    expect(spansOf('attempt Tasks.hanging')).toHaveLength(2);
  });

  it('that a guard refuses ends as skipped', async () => {
    await (await start()).trigger('Tasks.guarded');

    expect(spansOf('run Tasks.guarded').map(told)).toMatchObject([
      { attributes: { 'sts.outcome': 'skipped', 'sts.reason': 'guard' } },
    ]);
  });

  it('that is skipped has none', async () => {
    const { registry } = await start();
    await registry.trigger('Tasks.hanging');
    await kit!.trigger('Tasks.asked');
    const run = await registry.trigger('Tasks.hanging');

    expect((await run.finished()).outcome.kind).toBe('skipped');
    expect(exporter.getFinishedSpans().filter(span => span.attributes['sts.run.id'] === run.id)).toEqual([]);
  });
});

describe('a run by hand', () => {
  it('is linked to the span in which it was asked for, and not below it', async () => {
    await start();

    const request = await inRequest(async span => {
      const run = await kit!.registry.trigger('Tasks.asked');
      await run.finished();
      return span;
    });

    const [run] = spansOf('run Tasks.asked');
    const [query] = spansOf('query');
    expect(run!.links).toEqual([{ context: request.spanContext() }]);
    expect(run!.parentSpanContext).toBeUndefined();
    expect(run!.spanContext()[traceId]).not.toBe(request.spanContext()[traceId]);
    expect(query!.spanContext()[traceId]).toBe(run!.spanContext()[traceId]);
  });

  it('that waits is linked to who asked for it, and not to who ended the run before', async () => {
    @Injectable()
    class Waiting {
      ends: (() => void)[] = [];
      @Manual({ overlap: 'bufferAll' }) work() {
        return new Promise<void>(end => this.ends.push(end));
      }
    }
    kit = await startApp([Waiting], { imports: [StsOtelModule.forRoot({ metrics: false })] });
    const { ends } = kit.app.get(Waiting);
    const ask = (name: string) =>
      tracer.startActiveSpan(name, async span => {
        const run = await kit!.registry.trigger('Waiting.work');
        return { run, span };
      });

    const [first, second] = [await ask('first'), await ask('second')];
    await tracer.startActiveSpan('ends it', async () => {
      ends[0]!();
      await first.run.finished();
    });
    ends[1]!();
    await second.run.finished();

    const links = spansOf('run Waiting.work').map(span => span.links);
    expect(links).toEqual([
      [{ context: first.span.spanContext() }],
      [{ context: second.span.spanContext() }],
    ]);
    const attempts = spansOf('attempt Waiting.work').map(span => span.parentSpanContext!.spanId);
    expect(attempts).toEqual(spansOf('run Waiting.work').map(span => span.spanContext().spanId));
  });

  it('has no link when nobody’s span was active', async () => {
    await (await start()).trigger('Tasks.asked');

    expect(spansOf('run Tasks.asked')[0]!.links).toEqual([]);
  });
});

it('the app’s own around works within the span of the attempt', async () => {
  const seen: unknown[] = [];
  const around: Around = (_, next) => {
    seen.push(trace.getActiveSpan()?.spanContext().spanId);
    return next();
  };
  await (await start({ metrics: false }, around)).advanceBy('10m');

  expect(seen).toEqual(spansOf('attempt Tasks.work').map(span => span.spanContext().spanId));
});

it('a tracer provider may be handed over, and traces left out', async () => {
  const own = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(own)] });
  await (await start({ tracerProvider: provider, metrics: false })).advanceBy('10m');
  await kit!.close();
  await (await start({ traces: false, metrics: false })).advanceBy('10m');

  expect(own.getFinishedSpans().map(({ name }) => name)).toEqual(['attempt Tasks.work', 'run Tasks.work']);
  expect(spansOf('run Tasks.work')).toEqual([]);
});

it('an SDK that fails costs no run, and one line in the log', async () => {
  const lines = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
  const startSpan = () => {
    throw new Error('no memory');
  };
  const tracerProvider = { getTracer: () => ({ startSpan }) } as unknown as TracerProvider;
  await (await start({ tracerProvider, metrics: false })).advanceBy('20m');

  const outcomes = kit!.outcomes('Tasks.work').map(({ outcome }) => outcome);
  const said = lines.mock.calls;
  lines.mockRestore();
  expect(outcomes).toEqual(['success', 'success']);
  expect(said).toEqual([
    ['A run lacks its spans, for the SDK of OpenTelemetry has failed.', new Error('no memory')],
  ]);
});

describe('metrics', () => {
  @Injectable()
  class Scripted {
    @Every('1m', { group: 'reports' }) poll() {}
    @Cron('*/5 * * * *') @Retry(1, { delay: '10s' }) flaky({ attempt, dueAt }: TaskContext) {
      if (attempt === 1 || (dueAt / 300_000) % 2 === 1) throw new TypeError('broken');
    }
    @Every('10m') hanging() {
      return new Promise(() => {});
    }
  }

  /** An SDK of the app's own, and what it collects of several apps. */
  function sdk() {
    const out = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: out, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    return {
      reader,
      start: (providers: Provider[] = [Scripted]) =>
        startApp(providers, { imports: [StsOtelModule.forRoot({ traces: false, meterProvider })] }),
      async collect() {
        await meterProvider.forceFlush();
        const { scopeMetrics } = out.getMetrics().at(-1)!;
        const all = scopeMetrics.flatMap(scope => scope.metrics);
        return new Map(all.map(metric => [metric.descriptor.name, metric]));
      },
      shutdown: () => meterProvider.shutdown(),
    };
  }

  async function collected(act: (kit: StsTestKit) => Promise<unknown>) {
    const { start, collect, shutdown } = sdk();
    kit = await start();
    await act(kit);
    const all = await collect();
    await shutdown();
    return all;
  }

  /** What is not 0, by its attributes. */
  const valuesOf = (metric: MetricData | undefined) =>
    Object.fromEntries(
      (metric!.dataPoints as DataPoint<number>[])
        .filter(({ value }) => value !== 0)
        .map(({ attributes, value }) => [
          Object.values(attributes).join(' ').replace('Scripted.', ''),
          value,
        ]),
    );

  it('of two apps on one MeterProvider add up', async () => {
    const { start, collect, shutdown } = sdk();
    const [one, other] = [await start(), await start()];
    await one.advanceBy('10m');
    await other.advanceBy('30m');

    const all = await collect();
    await collect();
    const again = await collect();
    for (const app of [one, other]) await app.close({ leaks: 'allow' });
    await shutdown();

    expect(valuesOf(all.get('sts.runs'))).toMatchObject({ 'poll reports schedule success': 10 + 30 });
    expect(valuesOf(all.get('sts.skipped_instants'))).toEqual({ 'hanging overlap': 2 });
    expect(valuesOf(all.get('sts.run.retries'))).toEqual({ flaky: 2 + 6 });
    expect(valuesOf(all.get('sts.active_runs'))).toMatchObject({ hanging: 2 });
    expect(valuesOf(all.get('sts.next_run.timestamp'))['poll reports']).toBe(START / 1_000 + 660);
    expect(valuesOf(all.get('sts.last_success.timestamp'))['poll reports']).toBe(START / 1_000 + 1_800);
    expect(all.get('sts.runs')!.dataPoints).toHaveLength(3 * 4 * 5);
    expect(valuesOf(again.get('sts.runs'))).toEqual(valuesOf(all.get('sts.runs')));
  });

  it('are told to the last when the app closes, and begin again with the next one', async () => {
    const { start, collect, shutdown } = sdk();
    const one = await start();
    await one.advanceBy('10m');
    await one.close({ leaks: 'allow' });
    const closed = await collect();
    kit = await start();
    const next = await collect();
    await shutdown();

    expect(valuesOf(closed.get('sts.runs'))).toMatchObject({
      'poll reports schedule success': 10,
      'hanging schedule abandoned': 1,
    });
    expect(valuesOf(closed.get('sts.active_runs'))).toEqual({});
    expect(valuesOf(closed.get('sts.next_run.timestamp'))).toEqual({});
    expect(valuesOf(next.get('sts.runs'))).toEqual({});
  });

  it('are what has happened in an hour, with OpenTelemetry’s units and attributes', async () => {
    const all = await collected(kit => kit.advanceBy('59m59s'));
    const points = (name: string) => all.get(name)!.dataPoints as DataPoint<number>[];
    const of = (name: string) => valuesOf(all.get(name));
    const counts = (name: string) =>
      (all.get(name)!.dataPoints as DataPoint<Histogram>[]).map(({ attributes, value }) => ({
        ...attributes,
        count: value.count,
        sum: value.sum,
      }));

    expect(of('sts.runs')).toEqual({
      'poll reports schedule success': 59,
      'flaky schedule success': 5,
      'flaky schedule failure': 6,
    });
    expect(points('sts.runs')).toHaveLength(3 * 4 * 5);
    expect(of('sts.skipped_instants')).toEqual({ 'hanging overlap': 4 });
    expect(points('sts.skipped_instants')).toHaveLength(3 * 12);
    expect(of('sts.run.retries')).toEqual({ flaky: 11 });
    expect(of('sts.active_runs')).toEqual({ hanging: 1 });
    expect(of('sts.last_success.timestamp')).toEqual({
      'poll reports': START / 1_000 + 3_540,
      flaky: START / 1_000 + 3_010,
    });
    expect(of('sts.next_run.timestamp')['poll reports']).toBe(START / 1_000 + 3_600);
    expect(of('sts.unaccounted_instants')).toEqual({});
    expect(counts('sts.run.duration')).toEqual(
      expect.arrayContaining([
        { 'sts.task': 'Scripted.poll', 'sts.group': 'reports', count: 59, sum: 0 },
        { 'sts.task': 'Scripted.flaky', count: 5, sum: 50 },
        { 'sts.task': 'Scripted.flaky', 'error.type': 'TypeError', count: 6, sum: 60 },
      ]),
    );
    expect(counts('sts.run.start_delay')).toHaveLength(3);
    const units = [...all.values()].map(({ descriptor }) => [descriptor.name, descriptor.unit]);
    expect(Object.fromEntries(units)).toEqual({
      'sts.run.duration': 's',
      'sts.run.start_delay': 's',
      'sts.runs': '{run}',
      'sts.run.retries': '{attempt}',
      'sts.skipped_instants': '{instant}',
      'sts.active_runs': '{run}',
      'sts.unaccounted_instants': '{instant}',
      'sts.last_success.timestamp': 's',
      'sts.next_run.timestamp': 's',
      'sts.event_loop.delay.p99': 's',
      'sts.event_loop.delay.max': 's',
    });
  });

  it('say how late runs started and the event loop was, and what is unaccounted for', async () => {
    const all = await collected(async ({ clock, registry }) => {
      clock.set('2026-01-01T00:00:30Z');
      await kit!.advanceBy('1m');
      const stats = await registry.stats();
      vi.spyOn(registry, 'stats').mockResolvedValue({ ...stats, unaccounted: 2 });
      await setTimeout(50);
      const until = performance.now() + 200;
      while (performance.now() < until);
      await setTimeout(50);
    });

    const [delay] = all.get('sts.run.start_delay')!.dataPoints as DataPoint<Histogram>[];
    const value = (name: string) => (all.get(name)!.dataPoints as DataPoint<number>[])[0]!.value;
    expect(delay!.value).toMatchObject({ count: 1, sum: 30 });
    expect(value('sts.event_loop.delay.max')).toBeGreaterThan(0.15);
    expect(value('sts.event_loop.delay.p99')).toBeLessThanOrEqual(value('sts.event_loop.delay.max'));
    expect(value('sts.unaccounted_instants')).toBe(2);
  });

  it('are there at 0 before anything has happened', async () => {
    const all = await collected(() => Promise.resolve());

    const runs = all.get('sts.runs')!.dataPoints;
    expect(runs).toHaveLength(3 * 4 * 5);
    expect(runs.filter(({ value }) => value !== 0)).toEqual([]);
  });

  it('tell errors apart by their class, those of a hundred classes', async () => {
    const errors: unknown[] = ['a text', new (class extends Error {})()];
    for (let i = 0; i < 120; i++) {
      const name = `Error${i}`;
      errors.push(new { [name]: class extends Error {} }[name]!());
    }
    const all = await collected(async ({ scheduler }) => {
      scheduler.addTask({ name: 'wrong', run: () => Promise.reject(errors.shift() as Error) });
      while (errors.length > 0) await kit!.trigger('wrong');
    });

    const points = all.get('sts.run.duration')!.dataPoints as DataPoint<Histogram>[];
    const counts = points.map(({ attributes, value }) => [attributes['error.type'], value.count] as const);
    expect(counts).toHaveLength(100);
    expect(Object.fromEntries(counts)).toMatchObject({ _OTHER: 2 + 21, Error0: 1, Error98: 1 });
  });

  it('of many tasks are told in several turns of the event loop', async () => {
    const { start, reader, shutdown } = sdk();
    kit = await start();
    const turnsOfFew = await turnsWithin(() => reader.collect());
    for (let i = 0; i < 150; i++) kit.scheduler.addTask({ name: `task-${i}`, run: () => undefined });
    const turnsOfMany = await turnsWithin(() => reader.collect());
    await shutdown();

    expect(turnsOfMany - turnsOfFew).toBe(3);
  });

  it('need no SDK', async () => {
    metrics.disable();
    await (await start({})).advanceBy('10m');

    expect(kit!.outcomes('Tasks.work')).toHaveLength(1);
  });
});

describe('StsOtelModule refuses', () => {
  it('to be imported twice', async () => {
    const imports = [StsOtelModule.forRoot({ metrics: false }), StsOtelModule.forRoot({ traces: false })];

    const error = await bootError([Tasks], { imports });

    expect(error).toBeInstanceOf(ModuleImportError);
    expect(error.message).toContain('StsOtelModule.forRoot() expects to be imported once, got twice.');
  });

  it.each<[string, object, string]>([
    ['an option that is not known', { tracing: true }, "got 'tracing'"],
    ['a flag that is none', { traces: 'yes' }, 'StsOtelModule.forRoot(): traces expects true or false'],
    ['what makes no tracers', { tracerProvider: {} }, 'tracerProvider expects a TracerProvider'],
    ['what makes no meters', { meterProvider: 1 }, 'meterProvider expects a MeterProvider'],
  ])('%s', async (_, options, message) => {
    const error = await bootError([Tasks], { imports: [StsOtelModule.forRoot(options)] });

    expect(error.message).toContain(message);
  });
});
