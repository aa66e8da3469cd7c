import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { ClusterEngine } from '../../lib/bullmq/cluster.engine.js';
import { Connections } from '../../lib/bullmq/connections.js';
import { nodeId } from '../../lib/bullmq/fact.ids.js';
import { bullmq } from '../../lib/bullmq/index.js';
import type { Server } from '../../lib/bullmq/server.js';
import { EngineUnavailableError } from '../../lib/errors.js';
import { hostOf, taskOf } from './engine.host.js';
import { someRedis } from './servers/redis.js';
import { ownPrefix } from './servers/server.js';

const HOUR = 3_600_000;

let redis: Awaited<ReturnType<typeof someRedis>>;
let prefix: string;
beforeAll(async () => (redis = await someRedis()), 120_000);
afterAll(() => redis.end());
beforeEach(() => (prefix = ownPrefix()));

function facts(): Queue {
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const queue = new Queue('facts', { connection, prefix });
  onTestFinished(async () => {
    await queue.close();
    connection.disconnect();
  });
  return queue;
}

function engineOn(change: (server: Server) => Server, node: string) {
  const settings = parseBullmqOptions({ connection: redis.url, prefix });
  const server = change(settings.server);
  const host = hostOf({ node });
  const engine = new ClusterEngine({ ...settings, server }, new Connections(server, host), host);
  onTestFinished(async () => {
    await engine.stop({ running: 'abort', timeoutMs: 1_000 });
    await engine.close(() => Promise.resolve());
  });
  return engine;
}

describe('the processes that are listed', () => {
  it('were heard of lately, and those that are long gone are forgotten', async () => {
    const queue = facts();
    const silent = (id: string, ms: number) => {
      const data = { id, version: '0.0.1', startedAt: 0, seenAt: Date.now() - ms };
      return queue.add('node', data, { jobId: nodeId(id) });
    };
    await silent('silent:1', 30_000);
    await silent('gone:1', 2 * HOUR);
    const engine = engineOn(server => server, 'live:1');
    await engine.start();

    const nodes = await engine.nodes();

    expect(nodes.map(({ id }) => id)).toEqual(['live:1']);
    const kept = await queue.getJobs(['waiting']);
    expect(kept.map(({ data }) => data.id).toSorted()).toEqual(['live:1', 'silent:1']);
  });

  it('are not among them when they could not start, and they may start later', async () => {
    let isBroken = true;
    const withoutWorker = (server: Server): Server => ({
      ...server,
      async connect(onError) {
        const line = await server.connect(onError);
        const worker: typeof line.worker = order => {
          const made = line.worker(order);
          if (isBroken) made.waitUntilReady = () => Promise.reject(new Error('no more clients'));
          return made;
        };
        return { ...line, worker };
      },
    });
    const engine = engineOn(withoutWorker, 'late:1');

    const error: unknown = await engine.start().catch((thrown: unknown) => thrown);
    const nodes = await engine.nodes();
    isBroken = false;
    await engine.start();
    // It is no second process.
    await engine.start();

    expect(error).toBeInstanceOf(EngineUnavailableError);
    expect((error as Error).message).toMatch(/cannot work with Redis: no more clients/);
    expect(nodes).toEqual([]);
    expect((await engine.nodes()).map(({ id }) => id)).toEqual(['late:1']);
  });
});

describe('what the processes of a plan leave for the next one', () => {
  const task = taskOf('job', { every: '1s' });

  async function memory() {
    const find = (name: string) => (name === 'job' ? task : undefined);
    const { store } = bullmq({ connection: redis.url, prefix }).create(hostOf({ find }));
    onTestFinished(() => store.close!());
    await store.durable!.unfinished();
    return store.durable!;
  }

  it('is until when its tasks were looked after, of those that it knows', async () => {
    const until = Date.now();
    const first = await memory();
    await first.save('watchedTasks', { names: ['job', 'unknown'] });
    await first.save('watchedUntil', until);
    const second = await memory();

    expect(await second.load('watchedTasks')).toEqual({ names: ['job'], others: [] });
    expect(await second.load('something else')).toBeUndefined();
    expect(await second.lastDueAt('job', until)).toBe(until);
    expect(await second.lastDueAt('job', until - 1)).toBeNull();
    expect(await second.lastDueAt('unknown', until)).toBeNull();
  });

  it('is forgotten after 30 days', async () => {
    const first = await memory();
    await first.save('watchedTasks', { names: ['job'] });
    await first.save('watchedUntil', Date.now() - 31 * 24 * HOUR);
    const second = await memory();

    expect(await second.lastDueAt('job', Date.now())).toBeNull();
    expect(await facts().getJobs(['waiting'])).toEqual([]);
  });
});
