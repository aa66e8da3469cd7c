import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Manual, SchedulerRegistry, TaskScheduler, type TaskContext } from 'nestjs-sts';
import { bullmq } from 'nestjs-sts/bullmq';
import type { RunAccepted, RunView } from 'nestjs-sts/dashboard';
import { StsPrometheusModule } from 'nestjs-sts/prometheus';
import { StsHealthIndicator } from 'nestjs-sts/terminus';
import { serve, type Served } from '../e2e/dashboard/served.js';
import { startRedis } from './servers/redis.js';
import { ownPrefix, until, type TestServer } from './servers/server.js';

@Injectable()
class Tasks {
  @Manual({ name: 'job', overlap: 'allowAll' }) job() {
    return 'done';
  }

  @Manual({ name: 'alone', overlap: 'skip' }) alone({ signal }: TaskContext) {
    return new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }
}

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly scheduler: StsHealthIndicator,
  ) {}

  @Get('health')
  @HealthCheck()
  check() {
    return this.health.check([() => this.scheduler.isHealthy('scheduler', { serverDown: 'down' })]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [StsHealthIndicator],
})
class HealthModule {}

describe('in each of the processes that share a Redis', () => {
  let redis: TestServer;
  let prefix: string;

  beforeAll(async () => (redis = await startRedis()), 120_000);
  afterAll(() => redis.end());
  beforeEach(() => (prefix = ownPrefix()));

  /** An app with all doors. */
  async function start() {
    const metrics = new Registry();
    const served = await serve([Tasks], {
      sts: { engine: bullmq({ connection: redis.url, prefix }) },
      dashboard: { access: () => 'all' },
      imports: [StsPrometheusModule.forRoot({ registry: metrics }), HealthModule],
    });
    onTestFinished(() => served.app.close());
    const counted = async () => {
      const { values } = await metrics.getSingleMetric('sts_runs_total')!.get();
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    return { ...served, counted, registry: served.app.get(SchedulerRegistry) };
  }

  it('the metrics have what it has run itself, so that all together have each run once', async () => {
    const [a, b] = [await start(), await start()];

    const runs = await Promise.all(Array.from({ length: 20 }, () => a.registry.trigger('job')));
    await Promise.all(runs.map(run => run.finished()));

    await until(async () => (await a.counted()) + (await b.counted()) === 20);
    expect(
      await Promise.all([a, b].map(async ({ registry }) => (await registry.stats()).unaccounted)),
    ).toEqual([0, 0]);
  });

  it('the dashboard starts runs and shows those of all of them', async () => {
    const [a, b] = [await start(), await start()];

    const { runId: id } = (await (await a.post('sts/api/tasks/job/run')).json()) as { runId: string };
    await until(async () => (await a.registry.run(id))?.outcome?.kind === 'success');

    for (const { json } of [a, b]) {
      const { items } = await json<{ items: { id: string }[] }>('sts/api/tasks/job/runs');
      expect(items).toMatchObject([{ id, outcome: 'success' }]);
      expect(await json(`sts/api/runs/${encodeURIComponent(id)}`)).toMatchObject({ id });
    }
    expect((await a.post('sts/api/tasks/job/pause')).status).toBe(200);
    await until(() => b.registry.get('job').paused !== null);
  });

  it('the dashboard of one tells what becomes of a run by hand that another one keeps from running', async () => {
    const [a, b] = [await start(), await start()];
    const run = async ({ post }: Served) =>
      (await (await post('sts/api/tasks/alone/run')).json()) as RunAccepted;
    const shown = ({ runId }: RunAccepted) => b.json<RunView>(`sts/api/runs/${encodeURIComponent(runId)}`);

    const first = await run(a);
    await until(async () => (await shown(first)).startedAt !== null);
    const second = await run(b);
    await until(async () => (await shown(second)).outcome !== null);

    // Which process takes it, and when, is not known yet when it is answered.
    expect(first.state).toMatch(/^(waiting|started)$/);
    expect(second.state).toMatch(/^(waiting|skipped)$/);
    expect(await shown(second)).toMatchObject({
      startedAt: null,
      outcome: 'skipped',
      reason: 'overlap',
      detail: expect.stringContaining(first.runId) as string,
    });
    await Promise.all([a, b].map(({ app }) => app.get(TaskScheduler).stop()));
  });

  it('the health check that is asked to is down while the server is', async () => {
    const { get } = await start();
    const status = async () => (await get('health')).status;
    const before = await status();

    await redis.stop();
    await until(async () => (await status()) === 503);
    await redis.start();
    await until(async () => (await status()) === 200);

    expect(before).toBe(200);
  });
});
