/** What it takes to show the metrics of many tasks: how long, and how long nothing else can go on meanwhile. */
import { createRequire } from 'node:module';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { STS_CLOCK, StsModule, TaskScheduler } from '../dist/index.js';
import { StsOtelModule } from '../dist/otel/index.js';
import { StsPrometheusModule } from '../dist/prometheus/index.js';
import { ManualClock } from '../dist/testing/index.js';

// What dist/ finds: a second copy of Nest would have tokens of its own.
const require = createRequire(new URL('../dist/', import.meta.url));
const { Test } = require('@nestjs/testing');
const { Registry } = require('prom-client');
const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const scrapes = values.quick ? 5 : 31;

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

const registry = new Registry();
const reader = new Reader();
const meterProvider = new MeterProvider({
  readers: [reader],
  // The SDK's own limit is 2,000 a metric.
  views: [{ instrumentName: 'sts.*', aggregationCardinalityLimit: 1_000_000 }],
});
const clock = new ManualClock();
const imports = [
  StsModule.forRoot({ logLevel: 'ERROR' }),
  StsPrometheusModule.forRoot({ registry }),
  StsOtelModule.forRoot({ traces: false, meterProvider }),
];
const builder = Test.createTestingModule({ imports });
const app = await builder.overrideProvider(STS_CLOCK).useValue(clock).compile();
await app.init();

console.log(`${scrapes} scrapes, median; nothing else goes on in the process\n`);
console.log('| tasks | door | size | takes ms | blocks the event loop for ms |');
console.log('| --: | --- | --: | --: | --: |');
let tasks = 0;
for (const count of [100, 1_000]) {
  for (; tasks < count; tasks++) {
    app.get(TaskScheduler).addTask({ name: `ReportTasks.task-${tasks}`, run() {} }, { every: '1m' });
  }
  const until = clock.now() + 300_000;
  while (clock.advance(until)) await turn();
  await report('prometheus', async () => `${((await registry.metrics()).length / 1e6).toFixed(1)} MB`);
  await report('otel', async () => `${pointsIn(await reader.collect())} points`);
}
process.exit();

function pointsIn({ resourceMetrics }) {
  const metrics = resourceMetrics.scopeMetrics.flatMap(scope => scope.metrics);
  return metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

/**
 * @param {string} door
 * @param {() => Promise<string>} scrape returns how much it was.
 */
async function report(door, scrape) {
  const took = [];
  const blocked = [];
  let size = '';
  for (let i = 0; i < scrapes; i++) {
    const watch = watchTurns();
    await wait(10);
    watch.begin();
    const startedAt = performance.now();
    size = await scrape();
    took.push(performance.now() - startedAt);
    await wait(5);
    blocked.push(watch.end());
  }
  console.log(`| ${tasks} | ${door} | ${size} | ${median(took)} | ${median(blocked)} |`);
}

/** Sees the longest time between two turns of the event loop. */
function watchTurns() {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return {
    begin: () => void (longest = 0),
    end() {
      clearInterval(timer);
      return longest;
    },
  };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)].toFixed(0);
}
