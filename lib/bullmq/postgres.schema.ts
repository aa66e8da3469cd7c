import type { PgPool, PgPoolClient } from 'bullmq';
import { EngineUnavailableError, InvalidOptionError } from '../errors.js';
import { loadBullmq, type Bullmq } from './packages.js';
import { isPostgresPool, newPool, postgresConnectionOf, SCHEMA } from './postgres.connection.js';

const BY_HAND = 'migrateBullmq()';

/**
 * Brings the schema `bullmq` of a PostgreSQL database to the version that the installed BullMQ needs, in one transaction
 * and under a lock: any number of processes may call it at once. For those who give `bullmq()` the option
 * `migrate: false`, because the app itself may not create tables.
 *
 * @param connection as in `bullmq()`; a pool of your own stays open.
 * @throws what the database says.
 * @example
 * ```ts
 * await migrateBullmq(process.env.DATABASE_URL!);
 * ```
 */
export async function migrateBullmq(connection: string | object): Promise<void> {
  const place = postgresConnectionOf(connection, BY_HAND);
  const { runMigrations } = await loadBullmq(BY_HAND);
  const pool = isPostgresPool(place) ? place : await newPool(place, BY_HAND);
  try {
    await withClient(pool, client => runMigrations(client, SCHEMA));
  } finally {
    if (pool !== place) await pool.end();
  }
}

/** The app of a user who may not create anything starts as long as there is nothing to create. */
export async function prepareSchema(bullmq: Bullmq, pool: PgPool, migrate: boolean): Promise<void> {
  const { LATEST_SCHEMA_VERSION, runMigrations } = bullmq;
  await withClient(pool, async client => {
    await refuseOtherPath(client);
    const version = await versionOf(bullmq, client);
    if (version >= LATEST_SCHEMA_VERSION) return;
    if (migrate) return void (await runMigrations(client, SCHEMA));
    throw new EngineUnavailableError(
      `bullmq() needs version ${LATEST_SCHEMA_VERSION} of the schema '${SCHEMA}', and it has ${version || 'none'}. Call migrateBullmq() before the start, or leave out migrate: false.`,
    );
  });
}

async function versionOf(bullmq: Bullmq, client: PgPoolClient): Promise<number> {
  try {
    return await bullmq.assertSchemaCompatibility(client, SCHEMA);
  } catch (error) {
    if (error instanceof bullmq.SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

/** @throws {InvalidOptionError} for a pool of the user's whose clients look for BullMQ's tables elsewhere. */
async function refuseOtherPath(client: PgPoolClient): Promise<void> {
  const { rows } = await client.query<{ search_path: string }>('SHOW search_path');
  const path = rows[0]!.search_path;
  if (path.split(',').some(name => name.trim().replaceAll('"', '') === SCHEMA)) return;
  throw new InvalidOptionError({
    where: 'bullmq(): connection',
    expected: `a pool whose search_path has the schema '${SCHEMA}'`,
    got: path,
    remedy: `Make it with options: '-c search_path=${SCHEMA}'.`,
  });
}

async function withClient(pool: PgPool, work: (client: PgPoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}
