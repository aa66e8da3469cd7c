import {
  assertSchemaCompatibility,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
  type PgPool,
  type PgPoolClient,
} from 'bullmq';
import { EngineUnavailableError, InvalidOptionError } from '../errors.js';
import { isPostgresPool, newPool, postgresConnectionOf } from './postgres.connection.js';

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
  const place = postgresConnectionOf(connection, 'migrateBullmq()');
  const pool = isPostgresPool(place) ? place : await newPool(place);
  try {
    await withClient(pool, client => runMigrations(client, DEFAULT_SCHEMA));
  } finally {
    if (pool !== place) await pool.end();
  }
}

/** The app of a user who may not create anything starts as long as there is nothing to create. */
export async function prepareSchema(pool: PgPool, migrate: boolean): Promise<void> {
  await withClient(pool, async client => {
    await refuseOtherPath(client);
    const version = await versionOf(client);
    if (version >= LATEST_SCHEMA_VERSION) return;
    if (migrate) return void (await runMigrations(client, DEFAULT_SCHEMA));
    throw new EngineUnavailableError(
      `bullmq() needs version ${LATEST_SCHEMA_VERSION} of the schema '${DEFAULT_SCHEMA}', and it has ${version || 'none'}. Call migrateBullmq() before the start, or leave out migrate: false.`,
    );
  });
}

async function versionOf(client: PgPoolClient): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, DEFAULT_SCHEMA);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}

/** @throws {InvalidOptionError} for a pool of the user's whose clients look for BullMQ's tables elsewhere. */
async function refuseOtherPath(client: PgPoolClient): Promise<void> {
  const { rows } = await client.query<{ search_path: string }>('SHOW search_path');
  const path = rows[0]!.search_path;
  if (path.split(',').some(name => name.trim().replaceAll('"', '') === DEFAULT_SCHEMA)) return;
  throw new InvalidOptionError({
    where: 'bullmq(): connection',
    expected: `a pool whose search_path has the schema '${DEFAULT_SCHEMA}'`,
    got: path,
    remedy: `Make it with options: '-c search_path=${DEFAULT_SCHEMA}'.`,
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
