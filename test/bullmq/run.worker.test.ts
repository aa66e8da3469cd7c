import { Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { someRedis } from './servers/redis.js';
import { ownPrefix } from './servers/server.js';

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
