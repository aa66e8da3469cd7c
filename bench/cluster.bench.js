/**
 * As many runs as fit through one process: the engine of nestjs-sts/bullmq end to end, and bare BullMQ with the same number
 * of jobs and the same concurrency, each in a process of its own, in turn, on a Redis that has nothing else to do.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const JOBS = values.quick ? 5_000 : 50_000;
const ROUNDS = values.quick ? 1 : 7;
const CONCURRENCY = 100;
/** A contender that takes longer never ends. */
const PATIENCE_MS = 120_000;
const CONTENDERS = {
  'bare BullMQ': 'bare.js',
  'bare BullMQ in an app that uses an AsyncLocalStorage': 'bare.js --async-local-storage',
  'nestjs-sts/bullmq': 'nestjs-sts.js',
};

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = probe.address();
probe.close();
const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
const server = spawn('redis-server', options, { stdio: 'ignore' });
const admin = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null });
admin.on('error', () => undefined);
await admin.ping();

/** @returns {Promise<{ rate: number, cpuUs: number, serverUs: number }>} */
function measured(file) {
  return new Promise((resolve, reject) => {
    const args = ['--port', `${port}`, '--jobs', `${JOBS}`, '--concurrency', `${CONCURRENCY}`];
    const [name, ...more] = file.split(' ');
    const child = fork(fileURLToPath(new URL(`cluster/${name}`, import.meta.url)), [...args, ...more]);
    const overdue = setTimeout(() => child.kill(), PATIENCE_MS);
    let result;
    child.on('message', message => (result = message));
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(overdue);
      if (result) resolve(result);
      else reject(new Error(`${file} ended with ${code ?? `nothing after ${PATIENCE_MS} ms`}`));
    });
  });
}

const results = Object.fromEntries(Object.keys(CONTENDERS).map(name => [name, []]));
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, file] of Object.entries(CONTENDERS)) {
      await admin.flushall();
      results[name].push(await measured(file));
      console.error(`round ${round + 1}: ${name} ${JSON.stringify(results[name].at(-1))}`);
    }
  }
} finally {
  admin.disconnect();
  server.kill();
}

const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const of = (name, field) => median(results[name].map(each => each[field]));
const rows = Object.keys(CONTENDERS).map(name => {
  const share = ((of(name, 'rate') / of('bare BullMQ', 'rate')) * 100).toFixed(1);
  const [rate, cpu, serverCpu] = ['rate', 'cpuUs', 'serverUs'].map(field => Math.round(of(name, field)));
  return `| ${name} | ${rate} | ${share} % | ${cpu} | ${serverCpu} |`;
});
console.log(
  [
    `${JOBS} runs of ${JOBS} tasks with the default policies, concurrency ${CONCURRENCY}, median of ${ROUNDS} rounds in turn.`,
    '',
    '| | runs/s | | CPU of the process, µs/run | CPU of Redis, µs/run |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n'),
);
