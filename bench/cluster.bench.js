/**
 * As many runs as fit through one process: the engine of nestjs-sts/bullmq end to end, and bare BullMQ with the same number
 * of jobs and the same concurrency, in turn, on a Redis of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { bullmq } from '../dist/bullmq/index.js';
import { UnsettledHandlers } from '../dist/executor/unsettled.handlers.js';
import { COMMON_DRAWS } from '../dist/policy/draws.js';
import { StopHooks } from '../dist/task/stop.hooks.js';
import { TaskResolver } from '../dist/task/task.resolver.js';
import { systemClock } from '../dist/time/clock.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const JOBS = values.quick ? 2_000 : 20_000;
const ROUNDS = values.quick ? 1 : 5;
const CONCURRENCY = 100;
const AT_ONCE = 1_000;

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
const server = spawn(
  'redis-server',
  ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
  {
    stdio: 'ignore',
  },
);
const admin = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null });
admin.on('error', () => undefined);
await admin.ping();
let round = 0;

const mark = () => ({ at: performance.now(), cpu: process.cpuUsage() });

/** Jobs a second, and the time of this process's CPU for one, in µs: other work on the machine disturbs it less. */
function since({ at, cpu }) {
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (JOBS * 1_000) / (performance.now() - at), cpuUs: (user + system) / JOBS };
}

async function bare() {
  const connection = { port, host: '127.0.0.1', maxRetriesPerRequest: null };
  const prefix = `bare-${round}`;
  const queue = new Queue('runs', { connection, prefix });
  let left = JOBS;
  let done;
  const all = new Promise(resolve => (done = resolve));
  const worker = new Worker('runs', async () => undefined, { connection, prefix, concurrency: CONCURRENCY });
  worker.on('completed', () => --left === 0 && done());
  await worker.waitUntilReady();
  const begin = mark();
  const keep = { age: 86_400 };
  for (let i = 0; i < JOBS; i += AT_ONCE) {
    const jobs = Array.from({ length: AT_ONCE }, (_, n) => ({
      name: `task-${i + n}`,
      data: { id: `task-${i + n}@1`, cause: 'schedule', dueAt: 1 },
      opts: { jobId: `task-${i + n}@1`, removeOnComplete: keep, removeOnFail: keep },
    }));
    await queue.addBulk(jobs);
  }
  await all;
  const measured = since(begin);
  await worker.close();
  await queue.close();
  return measured;
}

const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
const tasks = Array.from({ length: JOBS }, (_, i) => {
  const name = `task-${i}`;
  const declarations = [{ where: name, options: { every: '1s' } }];
  return resolver.resolve({ name, place: name, owner: {}, handler: async () => undefined, declarations });
});
const byName = new Map(tasks.map(task => [task.name, task]));

async function engine() {
  let left = JOBS;
  let done;
  const all = new Promise(resolve => (done = resolve));
  const clock = systemClock({ keepAlive: false });
  const shared = bullmq({ connection: `redis://127.0.0.1:${port}`, prefix: `engine-${round}` }).create({
    clock,
    draws: COMMON_DRAWS,
    stopHooks: new StopHooks(),
    unsettled: new UnsettledHandlers(),
    node: 'bench:1',
    limits: { process: CONCURRENCY, groups: new Map() },
    groupThresholds: new Map(),
    record: ({ type }) => (type === 'runFinished' || type === 'runSkipped') && --left === 0 && done(),
    onReturn: () => undefined,
    find: name => byName.get(name),
    onTaken: () => undefined,
    onLost: () => undefined,
  });
  await shared.engine.start();
  const dueAt = Date.now();
  const begin = mark();
  for (const task of tasks) {
    const id = `${task.name}@${dueAt}`;
    shared.engine.submit({
      id,
      task,
      cause: 'schedule',
      dueAt,
      payload: undefined,
      verdict: { kind: 'run' },
    });
  }
  await all;
  const measured = since(begin);
  await shared.engine.stop({ running: 'wait', timeoutMs: 25_000 });
  await shared.store.close();
  return measured;
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const results = { bare: [], engine: [] };
try {
  for (; round < ROUNDS; round++) {
    results.bare.push(await bare());
    await admin.flushall();
    results.engine.push(await engine());
    await admin.flushall();
    console.error(`round ${round + 1}: ${JSON.stringify([results.bare.at(-1), results.engine.at(-1)])}`);
  }
} finally {
  admin.disconnect();
  server.kill();
}
const row = (name, all) => {
  const [rate, cpuUs] = [median(all.map(one => one.rate)), median(all.map(one => one.cpuUs))];
  const share = Math.round((rate / median(results.bare.map(one => one.rate))) * 100);
  return `| ${name} | ${Math.round(rate)} | ${share} % | ${Math.round(cpuUs)} |`;
};
console.log(
  [
    `${JOBS} runs of ${JOBS} tasks with the default policies, concurrency ${CONCURRENCY}, median of ${ROUNDS} rounds in turn.`,
    '',
    '| | runs/s | | CPU of this process, µs/run |',
    '| --- | ---: | ---: | ---: |',
    row('bare BullMQ', results.bare),
    row('nestjs-sts/bullmq', results.engine),
  ].join('\n'),
);
