/** How many runs a second are started by hand and finished, one after another and many at once. */
import { createRequire } from 'node:module';
import { measure } from 'mitata';
import { SchedulerRegistry, StsModule, TaskScheduler } from '../dist/index.js';
import { judge } from './goals.js';
import { growth } from './growth.js';
import { count, fixed, table } from './table.js';

// The Nest that dist/ finds: from a second copy the module would get tokens that are not its own.
const { NestFactory } = createRequire(new URL('../dist/', import.meta.url))('@nestjs/core');

const isQuick = process.argv.includes('--quick');
const SIZES = [1, 100, 10_000];
const GOAL = 150_000;
/** How long each size is measured, in ns of CPU, and how often at least. */
const BUDGET = isQuick ? { min_cpu_time: 3e8, min_samples: 5 } : { min_cpu_time: 5e9, min_samples: 100 };

const module = { module: class App {}, imports: [StsModule.forRoot()] };
const app = await NestFactory.createApplicationContext(module, { logger: false });
const registry = app.get(SchedulerRegistry);
app.get(TaskScheduler).addTask({ name: 'task', run() {} }, {});

/** From the call to the finished run. */
async function runOnce() {
  const run = await registry.trigger('task');
  await run.finished();
}

const measured = [];
for (const atOnce of SIZES) {
  console.error(`${atOnce} at once …`);
  await measure(() => runMany(atOnce), { min_cpu_time: 3e8 });
  const { p50 } = await measure(() => runMany(atOnce), BUDGET);
  measured.push([atOnce, p50 / 1_000]);
}

function runMany(atOnce) {
  return Promise.all(Array.from({ length: atOnce }, runOnce));
}

const rate = ([atOnce, us]) => (atOnce * 1e6) / us;
console.log(
  table(
    ['At once', 'Takes, µs', 'Runs a second'],
    measured.map(each => [count(each[0]), fixed(each[1], 1), count(rate(each))]),
  ),
);
const goals = measured.map(each => ({
  what: `runs a second, ${each[0]} at once`,
  got: rate(each),
  least: GOAL,
  // It is a rate, and no ratio: a busy machine moves it.
  isShown: isQuick,
}));
console.log(`\n${judge(goals)}`);
const costs = measured.map(each => [each[0], 1 / rate(each)]);
console.log(`\nAs more runs are started at once, the cost of each is ${growth(costs)}.`);
await app.close();
