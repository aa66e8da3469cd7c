/** What both contenders of the bench `cluster` share: how they are called, and what is measured. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    jobs: { type: 'string' },
    concurrency: { type: 'string' },
    'async-local-storage': { type: 'boolean', default: false },
  },
});

export const port = Number(values.port);
export const jobs = Number(values.jobs);
export const concurrency = Number(values.concurrency);

// From now on each promise costs more, up to Node 22: `currentRun()` needs it, and so do tracing and the context of requests.
if (values['async-local-storage']) new AsyncLocalStorage().run({}, () => undefined);

/** So many at once, and the next ones when they have ended: as many tasks are due together. */
export const WAVE = 5_000;

/**
 * Runs a wave to warm up, and then those that are measured.
 *
 * @param {(wave: number) => Promise<void>} run resolves when all jobs of the wave have ended.
 */
export async function measure(run) {
  const admin = new Redis({ port, host: '127.0.0.1' });
  await run(0);
  const before = { at: performance.now(), cpu: process.cpuUsage(), server: await serverCpuUs(admin) };
  const waves = Math.max(1, Math.round(jobs / WAVE));
  for (let wave = 1; wave <= waves; wave++) await run(wave);
  const ms = performance.now() - before.at;
  const { user, system } = process.cpuUsage(before.cpu);
  const server = (await serverCpuUs(admin)) - before.server;
  admin.disconnect();
  const done = waves * WAVE;
  process.send({ rate: (done * 1_000) / ms, cpuUs: (user + system) / done, serverUs: server / done });
}

async function serverCpuUs(admin) {
  const info = await admin.info('cpu');
  const of = name => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)[1]) * 1e6;
  return of('used_cpu_user') + of('used_cpu_sys');
}
