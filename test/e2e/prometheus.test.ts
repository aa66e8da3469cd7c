import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Header, Injectable, type INestApplication } from '@nestjs/common';
import { Cron, Every, Manual, Retry, type TaskContext } from 'nestjs-sts';
import { StsPrometheusModule, type StsPrometheusOptions } from 'nestjs-sts/prometheus';
import { StsTestKit } from 'nestjs-sts/testing';
import { Test } from '@nestjs/testing';
import { AggregatorRegistry, Counter, register, Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { appModule, bootError, listening, startApp } from './apps.js';
import { turnsWithin } from './turns.js';
import { lint, parseExposition, type Family } from './exposition.js';

const kits: StsTestKit[] = [];
afterEach(async () => {
  await Promise.all(kits.splice(0).map(kit => kit.close({ leaks: 'allow' })));
  register.clear();
});

@Injectable()
class Tasks {
  /** 60 an hour, each 2 s long. */
  @Every('1m', { group: 'reports' }) async poll({ signal }: TaskContext) {
    await clockOf(this).wait(2_000, signal);
  }
  /** 12 an hour, with two attempts each and 10 s between them; every other run fails for good. */
  @Cron('*/5 * * * *') @Retry(1, { delay: '10s' }) flaky({ attempt, dueAt }: TaskContext) {
    if (attempt === 1 || (dueAt / 300_000) % 2 === 1) throw new TypeError('broken');
  }
  /** Due 6 times an hour; the first one goes on for ever. */
  @Every('10m') hanging({ signal }: TaskContext) {
    return clockOf(this).wait(1e12, signal);
  }
  @Manual() idle() {}
}

/** The clock of the kit whose app made a provider. */
const clocks = new WeakMap<object, StsTestKit['clock']>();
const clockOf = (tasks: object) => ({
  wait: (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      clocks.get(tasks)!.after(ms, resolve);
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
});

async function start(options: StsPrometheusOptions = {}, providers = [Tasks]) {
  const registry = options.registry ?? register;
  @Controller()
  class MetricsController {
    @Get('metrics')
    @Header('content-type', registry.contentType)
    metrics() {
      return registry.metrics();
    }
  }
  const imports = [StsPrometheusModule.forRoot(options)];
  const module = appModule(providers, { imports, controllers: [MetricsController] });
  const kit = await StsTestKit.create(listening(Test.createTestingModule({ imports: [module] })), {
    patience: '20ms',
  });
  kits.push(kit);
  for (const provider of providers) clocks.set(kit.app.get(provider), kit.clock);
  return kit;
}

const familiesOf = async (registry: Registry = register) => parseExposition(await registry.metrics());

/** The samples of a family by their labels: `poll reports` or `poll reports success schedule`. */
function valuesOf(family: Family | undefined, suffix = ''): Record<string, number> {
  const { name, samples } = family!;
  return Object.fromEntries(
    samples
      .filter(sample => sample.name === name + suffix)
      .map(({ labels, value }) => [
        Object.values({ task: '', group: '', ...labels })
          .join(' ')
          .replace('Tasks.', '')
          .trim(),
        value,
      ]),
  );
}

/** Whoever watches the event loop sees this. */
async function blockLoop(ms: number) {
  await setTimeout(50);
  const until = performance.now() + ms;
  while (performance.now() < until);
  await setTimeout(50);
}

/** The value of a metric without labels. */
const valueIn = (metrics: readonly any[], name: string): number =>
  metrics.find(metric => metric.name === name).values[0].value;

const above0 = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));

describe('the metrics, after an hour', () => {
  it('are what has happened, as Prometheus reads it over HTTP', async () => {
    const kit = await start();
    const app = kit.app as INestApplication;
    await app.listen(0, '127.0.0.1');
    await kit.advanceBy('59m59s');
    await kit.trigger('Tasks.idle');

    const response = await fetch(`${await app.getUrl()}/metrics`);
    const families = parseExposition(await response.text());
    const of = (name: string) => valuesOf(families.get(name));

    expect(response.headers.get('content-type')).toMatch(/^text\/plain;.* version=0\.0\.4/);
    const now = kit.clock.now() / 1_000;
    const hour = now - 3_599;
    expect(above0(of('sts_runs_total'))).toEqual({
      'poll reports success schedule': 59,
      'flaky  success schedule': 5,
      'flaky  failure schedule': 6,
      'idle  success manual': 1,
    });
    expect(above0(of('sts_skipped_instants_total'))).toEqual({ 'hanging  overlap': 4 });
    expect(of('sts_run_retries_total')).toEqual({ 'poll reports': 0, flaky: 11, hanging: 0, idle: 0 });
    expect(of('sts_active_runs')).toEqual({ 'poll reports': 0, flaky: 0, hanging: 1, idle: 0 });
    expect(of('sts_last_success_timestamp_seconds')).toEqual({
      'poll reports': hour + 3_542,
      flaky: hour + 3_010,
      hanging: 0,
      idle: now,
    });
    expect(of('sts_next_run_timestamp_seconds')).toEqual({
      'poll reports': hour + 3_600,
      flaky: hour + 3_600,
      hanging: hour + 3_600,
      idle: 0,
    });
    const duration = families.get('sts_run_duration_seconds');
    expect(valuesOf(duration, '_count')).toEqual({ 'poll reports': 59, flaky: 11, hanging: 0, idle: 1 });
    expect(valuesOf(duration, '_sum')).toEqual({ 'poll reports': 118, flaky: 110, hanging: 0, idle: 0 });
    const delay = families.get('sts_run_start_delay_seconds');
    expect(valuesOf(delay, '_count')).toEqual({ 'poll reports': 59, flaky: 11, hanging: 1, idle: 1 });
    expect(above0(valuesOf(delay, '_sum'))).toEqual({});
    expect(of('sts_unaccounted_instants')).toEqual({ '': 0 });
    for (const name of ['sts_event_loop_delay_p99_seconds', 'sts_event_loop_delay_max_seconds']) {
      expect(of(name)['']).toSatisfy((seconds: number) => seconds >= 0 && seconds < 10);
    }
  });

  it('say how long after it was due a run started', async () => {
    const kit = await start();
    kit.clock.set('2026-01-01T00:00:30Z');
    await kit.advanceBy('1m');

    const delay = (await familiesOf()).get('sts_run_start_delay_seconds');

    expect(above0(valuesOf(delay, '_sum'))).toEqual({ 'poll reports': 30 });
    expect(above0(valuesOf(delay, '_count'))).toEqual({ 'poll reports': 1 });
  });

  it('say how late the event loop was since the last scrape', async () => {
    await start();
    await blockLoop(200);
    const blocked = await familiesOf();
    await setTimeout(100);
    const after = await familiesOf();

    const of = (families: ReadonlyMap<string, Family>, which: string) =>
      valuesOf(families.get(`sts_event_loop_delay_${which}_seconds`))['']!;
    expect(of(blocked, 'max')).toBeGreaterThan(0.15);
    expect(of(blocked, 'max')).toBeLessThan(5);
    expect(of(blocked, 'p99')).toBeLessThanOrEqual(of(blocked, 'max'));
    expect(of(after, 'max')).toBeLessThan(of(blocked, 'max'));
  });

  it('show what is unaccounted for, of all apps', async () => {
    for (const { registry } of [await start(), await start()]) {
      const stats = await registry.stats();
      vi.spyOn(registry, 'stats').mockResolvedValue({ ...stats, unaccounted: 2 });
    }

    expect(valuesOf((await familiesOf()).get('sts_unaccounted_instants'))).toEqual({ '': 4 });
  });

  it('are written in several turns of the event loop, so that many of them block nothing for long', async () => {
    await start();
    const turns = await turnsWithin(() => register.metrics());

    expect(turns).toBeGreaterThanOrEqual(8);
  });

  it('have the buckets that were asked for, each with all that are below', async () => {
    const kit = await start({ durationBuckets: [1, 2, 60], delayBuckets: [1] });

    await kit.advanceBy('59m59s');

    const families = await familiesOf();
    const polls = families
      .get('sts_run_duration_seconds')!
      .samples.filter(({ labels }) => labels.task === 'Tasks.poll' && 'le' in labels)
      .map(({ labels, value }) => [labels.le, value]);
    expect(polls).toEqual([
      ['1', 0],
      ['2', 59],
      ['60', 59],
      ['+Inf', 59],
    ]);
  });
});

describe('the metrics', () => {
  it('obey the rules of promtool', async () => {
    const kit = await start();
    await kit.advanceBy('1h');

    const families = [...(await familiesOf()).values()];

    expect(families.flatMap(lint)).toEqual([]);
    expect(families.map(({ name }) => name).toSorted()).toEqual([
      'sts_active_runs',
      'sts_event_loop_delay_max_seconds',
      'sts_event_loop_delay_p99_seconds',
      'sts_last_success_timestamp_seconds',
      'sts_next_run_timestamp_seconds',
      'sts_run_duration_seconds',
      'sts_run_retries_total',
      'sts_run_start_delay_seconds',
      'sts_runs_total',
      'sts_skipped_instants_total',
      'sts_unaccounted_instants',
    ]);
  });

  it('are there at 0 for every task, before anything has happened, with the same labels as ever after', async () => {
    const kit = await start();
    const before = await familiesOf();
    await kit.advanceBy('1h');
    await kit.trigger('Tasks.idle');
    const after = await familiesOf();

    const seriesOf = (families: ReadonlyMap<string, Family>) =>
      [...families.values()].flatMap(({ samples }) =>
        samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`),
      );
    expect(seriesOf(after)).toEqual(seriesOf(before));
    expect(Object.keys(valuesOf(before.get('sts_runs_total')))).toHaveLength(4 * 5 * 4);
    expect(Object.keys(valuesOf(before.get('sts_skipped_instants_total')))).toHaveLength(4 * 12);
    for (const { name, samples } of before.values()) {
      const labels = new Set(
        samples.map(sample =>
          Object.keys(sample.labels)
            .filter(key => key !== 'le')
            .join(),
        ),
      );
      expect([name, labels.size]).toEqual([name, 1]);
      const isCounted = /_total$|_duration_|_start_delay_/.test(name);
      if (isCounted) expect(samples.filter(({ value }) => value !== 0)).toEqual([]);
    }
  });

  it('begin with a task that is added later, and end with one that is removed, though its run goes on', async () => {
    const { scheduler, registry, clock } = await start();
    const tasksIn = async () =>
      [...(await familiesOf()).values()]
        .filter(({ samples }) => samples.some(({ labels }) => labels.task === 'late'))
        .map(({ name }) => name);

    scheduler.addTask({ name: 'late', run: () => new Promise<void>(done => clock.after(1_000, done)) });
    const added = await tasksIn();
    await registry.trigger('late');
    scheduler.removeTask('late');
    clock.advance(clock.now() + 1_000);

    expect(added).toHaveLength(8);
    expect(await tasksIn()).toEqual([]);
  });

  it('of a task that two apps have go on when one of them removes it', async () => {
    const [one, other] = [await start(), await start()];
    await one.advanceBy('59s');
    await other.trigger('Tasks.idle');
    one.scheduler.removeTask('Tasks.idle');

    const counts = valuesOf((await familiesOf()).get('sts_run_duration_seconds'), '_count');
    other.scheduler.removeTask('Tasks.idle');
    const left = valuesOf((await familiesOf()).get('sts_run_duration_seconds'), '_count');

    expect(counts).toMatchObject({ idle: 1 });
    expect(Object.keys(left)).not.toContain('idle');
  });

  it('follow a task to another group', async () => {
    const kit = await start();
    await kit.advanceBy('5m');

    await kit.registry.update('Tasks.poll', { group: 'polls' });
    await kit.advanceBy('5m');

    const families = await familiesOf();
    expect(above0(valuesOf(families.get('sts_runs_total')))).toMatchObject({
      'poll polls success schedule': 5,
    });
    expect(Object.keys(valuesOf(families.get('sts_run_duration_seconds'), '_count'))).not.toContain(
      'poll reports',
    );
  });

  it('count the instants of a skip that stands for many', async () => {
    const kit = await start();
    await kit.advanceBy('1m');

    kit.clock.set('2026-01-01T00:30:30Z');
    await kit.advanceBy('5m');

    const { stats } = { stats: await kit.registry.stats() };
    const skips = Object.values(valuesOf((await familiesOf()).get('sts_skipped_instants_total')));
    expect(stats.outcomes.skipped).toBeGreaterThan(20);
    expect(skips.reduce((a, b) => a + b, 0)).toBe(stats.outcomes.skipped);
  });
});

describe('the registry', () => {
  it('may be the app’s own', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ app: 'reports' });

    const kit = await start({ registry });
    await kit.advanceBy('1m');

    expect(await register.metrics()).toBe('\n');
    expect(await registry.metrics()).toContain(
      'sts_run_duration_seconds_count{app="reports",task="Tasks.poll",group="reports"} 0',
    );
  });

  it('may come from providers', async () => {
    const registry = new Registry();
    const module = StsPrometheusModule.forRootAsync({ useFactory: async () => ({ registry }) });
    kits.push(await startApp([Tasks], { imports: [module] }));

    expect(await registry.metrics()).toContain('sts_active_runs{task="Tasks.idle",group=""} 0');
  });

  it('speaks OpenMetrics, too', async () => {
    const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);

    await start({ registry: registry as unknown as Registry });

    const text = await registry.metrics();
    expect(text).toContain('# TYPE sts_runs counter\n');
    expect(text).toMatch(/^sts_runs_total\{.*\} 0$/m);
  });

  it('is shared by two apps of a process, whose numbers add up', async () => {
    const [one, other] = [await start(), await start()];
    await one.advanceBy('10m');
    await other.advanceBy('30m');

    const families = await familiesOf();

    expect(valuesOf(families.get('sts_runs_total'))).toMatchObject({
      'poll reports success schedule': 9 + 29,
    });
    expect(valuesOf(families.get('sts_run_duration_seconds'), '_count')).toMatchObject({
      'poll reports': 9 + 29,
    });
    expect(valuesOf(families.get('sts_active_runs'))).toMatchObject({ hanging: 2 });
    expect(valuesOf(families.get('sts_next_run_timestamp_seconds'))).toMatchObject({
      'poll reports': Date.UTC(2026, 0, 1, 0, 11) / 1_000,
    });
  });

  it('keeps the last values of an app that has closed, until the next one begins from 0', async () => {
    const one = await start();
    await one.advanceBy('10m');
    await kits.pop()!.close({ leaks: 'allow' });
    const closed = await familiesOf();
    await start();
    const next = await familiesOf();

    expect(valuesOf(closed.get('sts_runs_total'))).toMatchObject({
      'poll reports success schedule': 10,
      'hanging  cancelled schedule': 1,
    });
    expect(valuesOf(closed.get('sts_active_runs'))).toMatchObject({ hanging: 0 });
    expect(valuesOf(next.get('sts_runs_total'))).toMatchObject({ 'poll reports success schedule': 0 });
    expect(valuesOf(next.get('sts_run_duration_seconds'), '_count')).toMatchObject({ 'poll reports': 0 });
  });

  it('shows nothing of an app that has failed to start', async () => {
    const broken = { provide: 'broken', useFactory: () => Promise.reject(new Error('no database')) };
    @Injectable()
    class Wrong {
      @Cron('* *' as string) work() {}
    }
    const imports = [StsPrometheusModule.forRoot()];
    const errors = [
      await bootError([Tasks, broken], { imports }),
      await bootError([Tasks, Wrong], { imports }),
    ];
    await blockLoop(100);
    const failed = await familiesOf();
    await (await start({}, [Tasks])).advanceBy('1m');

    expect(errors.map(({ message }) => message)).toEqual([
      'no database',
      expect.stringContaining('Wrong.work'),
    ]);
    expect(failed.get('sts_runs_total')!.samples).toEqual([]);
    expect(valuesOf(failed.get('sts_event_loop_delay_max_seconds'))).toEqual({ '': 0 });
    expect(valuesOf((await familiesOf()).get('sts_next_run_timestamp_seconds'))).toHaveProperty(
      'poll reports',
    );
  });

  it('tells of nothing that is due while the scheduler does not run', async () => {
    const kit = await start();
    const running = valuesOf((await familiesOf()).get('sts_next_run_timestamp_seconds'));
    await kit.scheduler.stop();
    const stopped = valuesOf((await familiesOf()).get('sts_next_run_timestamp_seconds'));

    expect(above0(running)).not.toEqual({});
    expect(above0(stopped)).toEqual({});
  });

  it('may be joined with those of other processes', async () => {
    const kit = await start();
    await kit.advanceBy('10m');
    const one = (await register.getMetricsAsJSON()) as unknown as object[];
    await kit.advanceBy('10m');
    const other = (await register.getMetricsAsJSON()) as unknown as object[];

    const joined = parseExposition(await AggregatorRegistry.aggregate([one, other]).metrics());

    expect(valuesOf(joined.get('sts_active_runs'))).toMatchObject({ hanging: 2 });
    expect(valuesOf(joined.get('sts_runs_total'))).toMatchObject({ 'poll reports success schedule': 9 + 19 });
    const at = Date.UTC(2026, 0, 1) / 1_000;
    expect(valuesOf(joined.get('sts_next_run_timestamp_seconds'))['poll reports']).toBe(at + 21 * 60);
    expect(valuesOf(joined.get('sts_last_success_timestamp_seconds'))['poll reports']).toBe(at + 19 * 60 + 2);
    for (const name of ['sts_event_loop_delay_p99_seconds', 'sts_event_loop_delay_max_seconds']) {
      const each = [one, other].map(metrics => valueIn(metrics, name));
      expect(valuesOf(joined.get(name))['']).toBe(Math.max(...each));
    }
  });

  it('may be cleared between tests', async () => {
    await start();
    register.clear();
    await start();

    expect((await familiesOf()).size).toBe(11);
  });
});

describe('StsPrometheusModule refuses', () => {
  const refusal = (...imports: Parameters<typeof StsPrometheusModule.forRoot>[0][]) =>
    bootError([Tasks], { imports: imports.map(options => StsPrometheusModule.forRoot(options)) });

  it.each<[string, object, string]>([
    ['an option that is not known', { buckets: [1] }, "got 'buckets'"],
    ['what is no Registry', { registry: {} }, 'StsPrometheusModule.forRoot(): registry expects a Registry'],
    ['buckets that do not rise', { durationBuckets: [1, 1] }, 'durationBuckets expects a list of seconds'],
    ['no buckets', { delayBuckets: [] }, 'delayBuckets expects a list of seconds'],
  ])('%s', async (_, options, message) => {
    expect((await refusal(options)).message).toContain(message);
  });

  it('metrics of others with the same names', async () => {
    const registry = new Registry();
    registry.registerMetric(new Counter({ name: 'sts_runs_total', help: 'Mine.', registers: [] }));

    expect((await refusal({ registry })).message).toContain('got one that has sts_runs_total.');
  });

  it('to be imported twice for one registry', async () => {
    expect((await refusal({}, { delayBuckets: undefined })).message).toContain(
      'imported once for a registry',
    );
  });

  it('to be imported twice for one registry, with other buckets', async () => {
    expect((await refusal({}, { durationBuckets: [1] })).message).toBe(
      'StsPrometheusModule.forRoot() expects to be imported once for a registry, got twice.' +
        ' Keep one, or give each a Registry of its own.',
    );
  });

  it('other buckets than those that another app has in the registry', async () => {
    await start();

    expect((await refusal({ delayBuckets: [1] })).message).toContain('Give each app a Registry of its own.');
  });
});
