import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { loadBullmq, loadIoredis } from './packages.js';
import { newRunWorker } from './run.worker.js';
import type { Line, Server } from './server.js';
import { batching } from './redis.batching.js';
import { isRedisClient, type RedisConnection } from './redis.connection.js';

const LONGEST_RECONNECT_MS = 2_000;

export interface RedisPlace {
  readonly connection: RedisConnection;
  /** What all keys begin with. */
  readonly prefix: string;
}

/** Redis keeps the locks by its own clock. */
export function redisServer(place: RedisPlace): Server {
  return { name: 'Redis', mostSkewMs: Infinity, connect: onError => connect(place, onError) };
}

async function connect({ connection, prefix }: RedisPlace, onError: (error: unknown) => void): Promise<Line> {
  const bullmq = await loadBullmq('bullmq()');
  const { createRedisBackend: backendOf, Queue, QueueEvents } = bullmq;
  const own: Redis[] = [];
  const make = isRedisClient(connection) ? () => connection : await maker(connection, onError);
  const client = (more: RedisOptions): Redis | Cluster => {
    const made = make(more);
    if (made !== connection) own.push(made as Redis);
    return made;
  };
  const producer = client({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
  const consumer = client({ maxRetriesPerRequest: null });
  return {
    queue: name => new Queue(name, { connection: producer, prefix }),
    events: name => new QueueEvents(name, { connection: consumer, prefix }),
    worker: order => newRunWorker(bullmq, order, { connect: { connection: consumer, prefix }, backendOf }),
    existing: (queue, jobIds) => existing(producer, `${prefix}:${queue}:`, jobIds),
    now: () => timeOf(producer),
    warnings: () => warningsOf(producer),
    close: async () => own.forEach(made => made.disconnect()),
  };
}

async function maker(options: RedisOptions, onError: (error: unknown) => void) {
  const { Redis } = await loadIoredis('bullmq()');
  const { url, ...rest } = options as RedisOptions & { url?: string };
  const retryStrategy = (times: number) => Math.min(times * 100, LONGEST_RECONNECT_MS);
  return (more: RedisOptions): Redis => {
    const all = { retryStrategy, ...rest, ...more };
    const client = url === undefined ? new Redis(all) : new Redis(url, all);
    return batching(client.on('error', onError));
  };
}

async function existing(client: Redis | Cluster, before: string, jobIds: readonly string[]) {
  const pipeline = client.pipeline();
  jobIds.forEach(id => pipeline.exists(before + id));
  const found = (await pipeline.exec()) ?? [];
  const [error] = found.find(([error]) => error !== null) ?? [];
  if (error) throw error;
  return new Set(jobIds.filter((_, i) => found[i]![1] === 1));
}

async function timeOf(client: Redis | Cluster): Promise<number> {
  const [seconds, micros] = (await client.time()) as unknown as [string | number, string | number];
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

async function warningsOf(client: Redis | Cluster): Promise<readonly string[]> {
  const info = await client.info('memory').catch(() => '');
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return [];
  return [
    `Redis may evict records (maxmemory-policy ${policy}), and an instant whose record is gone may run twice: set it to noeviction`,
  ];
}
