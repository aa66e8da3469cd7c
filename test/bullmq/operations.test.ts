import { setTimeout as wait } from 'node:timers/promises';
import { createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { migrateBullmq } from '../../lib/bullmq/index.js';
import { EngineUnavailableError, InvalidOptionError } from '../../lib/errors.js';
import { member, type Member } from './cluster.js';
import { startPostgres } from './servers/postgres.js';
import { startRedis } from './servers/redis.js';
import { ownPrefix, until, type TestServer } from './servers/server.js';

let redis: TestServer;
let postgres: TestServer;

beforeAll(async () => void ([redis, postgres] = await Promise.all([startRedis(), startPostgres()])), 120_000);
afterAll(() => Promise.all([redis.end(), postgres.end()]));

function started(...args: Parameters<typeof member>): Member {
  const made = member(...args);
  onTestFinished(() => made.core.close());
  return made;
}

async function databaseOf(name: string): Promise<string> {
  const pool = new Pool({ connectionString: postgres.url, max: 1 });
  await pool.query(`CREATE DATABASE ${name}`);
  await pool.end();
  return postgres.url.replace(/postgres$/, name);
}

describe('the schema of PostgreSQL', () => {
  it('is made by the first of many processes that start at once', async () => {
    const connection = await databaseOf('together');
    const members = [1, 2, 3, 4].map(() => started({ connection, prefix: ownPrefix() }));

    await Promise.all(members.map(({ scheduler }) => scheduler.run()));

    expect(await members[0]!.registry.nodes()).toHaveLength(1);
  });

  it('is made by hand where the app may not: without it the start says what to do', async () => {
    const connection = await databaseOf('by_hand');
    const prefix = ownPrefix();
    const early = started({ connection, prefix, migrate: false });

    const error: unknown = await early.scheduler.run().catch((thrown: unknown) => thrown);
    await migrateBullmq(connection);
    await migrateBullmq(connection);
    const later = started({ connection, prefix, migrate: false });
    await later.scheduler.run();

    expect(error).toBeInstanceOf(EngineUnavailableError);
    expect((error as Error).message).toMatch(/has none\. Call migrateBullmq\(\) before the start/);
    expect(await later.registry.nodes()).toHaveLength(1);
  });

  it('is looked for where the pool of the user looks, which is refused elsewhere', async () => {
    const pool = new Pool({ connectionString: postgres.url });
    onTestFinished(() => pool.end());
    const { scheduler } = started({ connection: pool as never, backend: 'postgres' });

    const error: unknown = await scheduler.run().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toMatch(/search_path has the schema 'bullmq'.*-c search_path=bullmq/);
  });
});

describe('a queue on PostgreSQL that may not start more', () => {
  it('rests while it is full and work waits, and goes on at once when there is room', async () => {
    const prefix = ownPrefix();
    const connection = await databaseOf('resting');
    let release = () => {};
    const released = new Promise<void>(resolve => (release = resolve));
    const a = started({ connection, prefix });
    const startedAt: number[] = [];
    const run = () => {
      startedAt.push(Date.now());
      return released;
    };
    a.scheduler.addTask({ name: 'job', run }, { overlap: 'allowAll' });
    await a.scheduler.run();
    const queue = new Queue(`${prefix}-runs`, { connection }, createPostgresBackend);
    onTestFinished(() => queue.close());
    await queue.setGlobalConcurrency(1);
    const runs = await Promise.all([a.registry.trigger('job'), a.registry.trigger('job')]);
    await until(() => startedAt.length === 1);

    const before = await transactions('resting');
    await wait(2_000);
    const spent = (await transactions('resting')) - before;
    release();
    await Promise.all(runs.map(run => run.finished()));

    expect(startedAt).toHaveLength(2);
    // Without a rest it is thousands.
    expect(spent).toBeLessThan(150);
  });

  async function transactions(database: string): Promise<number> {
    const pool = new Pool({ connectionString: postgres.url, max: 1 });
    const sql = 'SELECT xact_commit FROM pg_stat_database WHERE datname = $1';
    const { rows } = await pool.query<{ xact_commit: string }>(sql, [database]);
    await pool.end();
    return Number(rows[0]!.xact_commit);
  }
});

describe('what an operator has', () => {
  it('is a warning of a Redis that may evict records', async () => {
    // BullMQ warns of it by itself.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const admin = new Redis(redis.url);
    onTestFinished(() => admin.disconnect());
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const a = started({ connection: redis.url, prefix: ownPrefix() });

    await a.scheduler.run();
    await admin.config('SET', 'maxmemory-policy', 'noeviction');

    const warnings = a.events.flatMap(event => (event.type === 'engineWarned' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringMatching(/maxmemory-policy allkeys-lru/)]);
  });

  it.each(['Redis', 'PostgreSQL'] as const)(
    'is the queue on %s, which the tools of BullMQ open by its documented name',
    async name => {
      const prefix = ownPrefix();
      const isRedis = name === 'Redis';
      const a = started({ connection: isRedis ? redis.url : postgres.url, prefix });
      a.scheduler.addTask({ name: 'job', run: () => 'done' });
      await a.scheduler.run();
      await (await a.registry.trigger('job')).finished();

      const queue = isRedis
        ? new Queue('runs', { connection: { url: redis.url } as never, prefix })
        : new Queue(`${prefix}-runs`, { connection: postgres.url }, createPostgresBackend);
      onTestFinished(() => queue.close());
      const jobs = await queue.getJobs(['completed']);

      expect(jobs.map(job => job.name)).toEqual(['job']);
      expect(await queue.getJobCounts('completed', 'failed')).toEqual({ completed: 1, failed: 0 });
    },
  );
});
