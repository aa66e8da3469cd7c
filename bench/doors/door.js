/** Lets a task run again and again on a manual clock, with one door mounted, and tells what a run cost. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { STS_CLOCK, StsModule, TaskScheduler } from '../../dist/index.js';
import { ManualClock } from '../../dist/testing/index.js';
import { given, tell } from '../apart.js';

// What dist/ finds: a second copy of Nest would have tokens of its own.
const require = createRequire(new URL('../../dist/', import.meta.url));
const { Test } = require('@nestjs/testing');
const { door, runs } = given();
const TASKS = 100;

/** The dead man's switch that is told of runs. */
const server = createServer((request, response) => response.end('OK')).listen(0, '127.0.0.1');
const url = () => `http://127.0.0.1:${server.address().port}`;

const doors = {
  without: async () => ({}),
  again: async () => ({}),
  async imported() {
    for (const door of ['prometheus', 'otel', 'terminus', 'heartbeat']) await load(door);
    return {};
  },
  onError: async () => ({ options: { onError() {} } }),
  prometheus: async () => ({ imports: [(await load('prometheus')).StsPrometheusModule.forRoot()] }),
  async 'otel metrics'() {
    const { MeterProvider } = require('@opentelemetry/sdk-metrics');
    const { StsOtelModule } = await load('otel');
    return { imports: [StsOtelModule.forRoot({ traces: false, meterProvider: new MeterProvider() })] };
  },
  async 'otel traces'() {
    const { context } = require('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { StsOtelModule } = await load('otel');
    return {
      imports: [StsOtelModule.forRoot({ metrics: false, tracerProvider: new BasicTracerProvider() })],
    };
  },
  async terminus() {
    const { TerminusModule } = require('@nestjs/terminus');
    return { imports: [TerminusModule], providers: [(await load('terminus')).StsHealthIndicator] };
  },
  async heartbeat() {
    const { StsHeartbeatModule } = await load('heartbeat');
    return { imports: [StsHeartbeatModule.forRoot({ enabled: true })], task: { heartbeat: { url: url() } } };
  },
};

const { options = {}, imports = [], providers = [], task = {} } = await doors[door]();
const clock = new ManualClock();
const root = StsModule.forRoot({ logLevel: 'ERROR', ...options });
const builder = Test.createTestingModule({ imports: [root, ...imports], providers });
const app = await builder.overrideProvider(STS_CLOCK).useValue(clock).compile();
await app.init();
for (let i = 0; i < TASKS; i++) {
  app.get(TaskScheduler).addTask({ name: `task-${i}`, run() {} }, { every: '1s', ...task });
}

// The first tenth makes the code warm.
await pass(runs / 10);
const before = process.cpuUsage();
await pass(runs);
const { user, system } = process.cpuUsage(before);
await tell((user + system) / runs);

/** All tasks are due each second. */
async function pass(times) {
  const until = clock.now() + (times / TASKS) * 1_000;
  while (clock.advance(until)) await turn();
}

function load(door) {
  return import(`../../dist/${door}/index.js`);
}
