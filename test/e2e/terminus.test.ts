import { Controller, Get, Injectable, type INestApplication } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { Every, Manual, type StsEvent, type StsModuleOptions, type TaskContext } from 'nestjs-sts';
import { StsHealthIndicator, type StsHealthOptions } from 'nestjs-sts/terminus';
import { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { InProcessEngine } from '../../lib/engine/in-process.engine.js';
import { DurableMemory } from '../../lib/run/durable.memory.js';
import { MemoryRunStore } from '../../lib/run/memory.run-store.js';
import { deferred } from '../contract/engine.contract.js';
import { appModule, bootError, listening } from './apps.js';

let kit: StsTestKit;
let fails = false;
const options: { current: StsHealthOptions } = { current: {} };
afterEach(() => {
  fails = false;
  options.current = {};
});

@Injectable()
class Tasks {
  @Every('10m') work() {
    if (fails) throw new Error('secret');
  }
  @Manual({ group: 'slow', overlap: 'allowAll' }) long({ signal }: TaskContext) {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
  @Every('10m', { group: 'slow' }) limited() {}
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
    return this.health.check([() => this.scheduler.isHealthy('scheduler', options.current)]);
  }
}

function testing(module: StsModuleOptions) {
  const AppModule = appModule([Tasks, StsHealthIndicator], {
    options: { groups: { slow: { concurrency: 1 } }, ...module },
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
  });
  return listening(Test.createTestingModule({ imports: [AppModule] }));
}

async function start(module: StsModuleOptions = {}) {
  kit = await StsTestKit.create(testing(module), { patience: '20ms' });
  onTestFinished(() => kit.close({ leaks: 'allow' }));
  await (kit.app as INestApplication).listen(0, '127.0.0.1');
  return kit;
}

/** What a load balancer sees. Terminus 11 has no state between up and down. */
async function health(app = kit.app as INestApplication) {
  const response = await fetch(`${await app.getUrl()}/health`);
  const { details } = (await response.json()) as { details: { scheduler: Record<string, any> } };
  const { status, degraded = status === 'degraded', ...rest } = details.scheduler;
  return { http: response.status, status: degraded ? 'degraded' : status, ...rest };
}

const UP = { http: 200, status: 'up', state: 'running' };
const DEGRADED = { http: 200, status: 'degraded', state: 'running' };

describe('the scheduler is up', () => {
  it('while everything runs on time', async () => {
    await start();
    await kit.advanceBy('1h');

    expect(await health()).toEqual(UP);
  });

  it('before it was started, when it is not to start by itself', async () => {
    await start({ autoStart: false });

    expect(await health()).toEqual({ ...UP, state: 'idle' });
  });

  it('when a run by hand fails; but one that succeeds is a mend', async () => {
    await start();
    fails = true;
    await kit.trigger('Tasks.work');
    const byHand = await health();
    await kit.advanceBy('10m');
    const bySchedule = await health();
    fails = false;
    await kit.trigger('Tasks.work');

    expect([byHand, bySchedule.status, await health()]).toEqual([UP, 'degraded', UP]);
  });

  it('while a task is paused, and while a run by hand waits', async () => {
    await start();
    await kit.registry.pause('Tasks.work');
    await kit.registry.trigger('Tasks.long');
    await kit.registry.trigger('Tasks.long');
    await kit.advanceBy('9m');

    expect(await health()).toEqual(UP);
  });
});

describe('the scheduler is degraded', () => {
  it('while a task fails, until it succeeds again', async () => {
    await start();
    fails = true;
    await kit.advanceBy('20m');
    const failing = await health();
    fails = false;
    await kit.advanceBy('10m');

    expect(failing).toEqual({
      ...DEGRADED,
      lateTasks: 0,
      failingTasks: 1,
      late: [],
      failing: [{ task: 'Tasks.work', failures: 2 }],
    });
    expect(await health()).toEqual(UP);
  });

  it('only after as many failures as it is told', async () => {
    await start();
    fails = true;
    options.current = { failures: 3 };
    await kit.advanceBy('20m');
    const before = await health();
    await kit.advanceBy('10m');

    expect(before).toEqual(UP);
    expect(await health()).toMatchObject(DEGRADED);
  });

  it('while a run waits too long, and when it started too late, until one is on time', async () => {
    await start();
    const { id } = await kit.registry.trigger('Tasks.long');
    await kit.advanceBy('11m');
    const soon = await health();
    await kit.advanceBy('1s');
    const waiting = await health();
    await kit.registry.cancel(id);
    await kit.advanceBy('1s');
    const started = await health();
    await kit.advanceBy('10m');

    expect(soon).toEqual(UP);
    expect(waiting).toMatchObject({
      ...DEGRADED,
      lateTasks: 1,
      late: [{ task: 'Tasks.limited', lateByMs: 61_000 }],
    });
    expect(started).toMatchObject({ ...DEGRADED, late: [{ task: 'Tasks.limited' }] });
    expect(await health()).toEqual(UP);
  });

  it('and forgets a task that is removed, whose run fails after that', async () => {
    await start();
    fails = true;
    await kit.advanceBy('10m');
    kit.scheduler.removeTask('Tasks.work');
    const removed = await health();
    const fail = deferred();
    kit.scheduler.addTask({ name: 'late', run: () => fail.promise }, { every: '1m' });
    await kit.advanceBy('1m');
    kit.scheduler.removeTask('late');
    fail.reject(new Error('too late'));
    await kit.advanceBy('1s');

    expect([removed, await health()]).toEqual([UP, UP]);
  });

  it('while the server that processes share does not work, or down when it is told so', async () => {
    let record!: (event: StsEvent) => void;
    // In the kit an app has no server.
    const builder = testing({
      engine: {
        name: 'an engine with a server',
        create(host) {
          const { clock } = host;
          record = host.record;
          const memory = new DurableMemory({ durable: undefined, clock, record });
          const engine = new InProcessEngine({ ...host, memory, onLastRun() {}, onMoreRuns() {} });
          return { engine, store: new MemoryRunStore({ perTask: 10, total: 100 }) };
        },
      },
    });
    const app = (await builder.compile()) as INestApplication;
    onTestFinished(() => app.close());
    await app.listen(0, '127.0.0.1');

    record({ type: 'engineFailed', at: Date.now(), error: new Error('ECONNREFUSED') });
    const answers = [await health(app)];
    options.current = { serverDown: 'down' };
    answers.push(await health(app));
    record({ type: 'engineRecovered', at: Date.now() });
    answers.push(await health(app));

    const reason = 'the server that processes share does not work';
    expect(answers).toEqual([
      { ...DEGRADED, reason, lateTasks: 0, failingTasks: 0, late: [], failing: [] },
      { http: 503, status: 'down', state: 'running', reason },
      UP,
    ]);
  });
});

describe('the scheduler is down', () => {
  it('when it has stopped', async () => {
    await start();
    await kit.scheduler.stop();

    expect(await health()).toEqual({
      http: 503,
      status: 'down',
      state: 'stopped',
      reason: 'the scheduler has stopped',
    });
  });

  it('when nothing that is due comes up', async () => {
    await start();
    await kit.advanceBy('5m');
    kit.clock.set('2026-01-01T00:12:00Z');
    const soon = await health();
    kit.clock.set('2026-01-01T00:12:01Z');
    const stalled = await health();
    await kit.advanceBy('1m');

    expect(soon).toEqual(UP);
    expect(stalled).toEqual({
      http: 503,
      status: 'down',
      state: 'running',
      reason: 'the scheduler is stalled: what was due at 2026-01-01T00:10:00.000Z has not come up',
    });
    expect((await health()).http).toBe(200);
  });
});

describe('StsHealthIndicator refuses', () => {
  it('an app without TerminusModule', async () => {
    await start();

    const error = await bootError([StsHealthIndicator]);

    expect(error.message).toBe(
      "StsHealthIndicator expects TerminusModule among the imports of its module, got none. Import it from '@nestjs/terminus'.",
    );
  });

  it.each<[string, object, string]>([
    ['an option that is not known', { late: '1m' }, "got 'late'"],
    ['no failures', { failures: 0 }, 'failures expects a whole number'],
    ['an answer that is none', { serverDown: 'up' }, "serverDown expects 'degraded' or 'down', got 'up'"],
    ['a stall shorter than the scheduler’s own timer', { stalledAfter: '30s' }, 'from 1 minute'],
  ])('%s', async (_, wrong, message) => {
    const { app } = await start();

    await expect(app.get(StsHealthIndicator).isHealthy('x', wrong)).rejects.toThrow(message);
  });
});
