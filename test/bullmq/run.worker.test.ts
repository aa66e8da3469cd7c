import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { someRedis } from './servers/redis.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

let redis: Awaited<ReturnType<typeof someRedis>>;
beforeAll(async () => (redis = await someRedis()), 120_000);
afterAll(() => redis.end());

/** What BullMQ promises nobody: a version without it must not get past this test. */
it('BullMQ’s worker has the inner parts that the engine’s own worker replaces and calls', async () => {
  const { port, hostname } = new URL(redis.url);
  const connection = { port: Number(port), host: hostname, maxRetriesPerRequest: null };
  const worker = new Worker('any', async () => undefined, {
    connection,
    prefix: ownPrefix(),
    autorun: false,
  });
  onTestFinished(() => worker.close());
  await worker.waitUntilReady();
  await worker.pause(true);
  const parts = worker as unknown as Record<string, unknown>;

  const methods = ['processJob', 'moveToActive', 'nextJobFromJobData', 'updateDelays', 'extendJobLocks'];
  const missing = methods.filter(name => typeof parts[name] !== 'function');

  expect(missing).toEqual([]);
  expect(parts).toMatchObject({ drained: false, paused: true });
  expect(parts['lockManager']).toMatchObject({
    trackJob: expect.any(Function),
    untrackJob: expect.any(Function),
  });
  expect(parts['backend']).toMatchObject({
    moveToCompleted: expect.any(Function),
    moveToFailed: expect.any(Function),
    moveToDelayed: expect.any(Function),
    extendLock: expect.any(Function),
    extendLocks: expect.any(Function),
    removeDeduplicationKey: expect.any(Function),
  });
});

describe.each(SERVERS)('a worker on $name', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());

  it('looks for runs each second after an error, too, whatever BullMQ waits for', async () => {
    const settings = parseBullmqOptions({ connection: server.url, prefix: ownPrefix() });
    const line = await settings.server.connect(() => undefined);
    const options = { autorun: false, drainDelay: 1, runRetryDelay: 100 };
    const taken = {} as never;
    const worker = line.worker({ name: 'any', take: async () => ({ kind: 'released' }), options, taken });
    worker.on('error', () => undefined);
    onTestFinished(async () => {
      await worker.close();
      await line.close();
    });
    const backend = worker.getBackend();
    const { waitForJob } = backend;
    const waits: number[] = [];
    backend.waitForJob = seconds => {
      waits.push(seconds);
      if (waits.length === 1) return Promise.reject(new Error('the server has gone away'));
      return waitForJob.call(backend, seconds);
    };

    void worker.run();
    await until(() => waits.length >= 3);

    expect(Math.max(...waits)).toBeLessThanOrEqual(1);
  });
});
