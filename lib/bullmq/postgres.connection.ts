import type { PgPool, PgPoolConfig } from 'bullmq';
import { validOption } from '../errors.js';
import { loadPg } from './packages.js';

/** How PostgreSQL is reached. */
export type PostgresConnection = PgPoolConfig | PgPool;

/** One waits for runs, one for ends of runs, one for controls; the others submit, take and end runs. */
const FEWEST_CLIENTS = 6;
/** What pg gives a pool that does not say. */
const USUAL_CLIENTS = 10;

/** @throws {ConfigurationError} for what is no connection to PostgreSQL. */
export function postgresConnectionOf(connection: unknown, where: string): PostgresConnection {
  if (typeof connection === 'string') {
    const isUrl = () => /^postgres(ql)?:\/\//.test(connection);
    validOption(connection, isUrl, { where, expected: "a URL that begins with 'postgres://'" });
    return { connectionString: connection };
  }
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const remedy = "Write bullmq({ backend: 'postgres', connection: 'postgres://localhost/app' }).";
  validOption(connection, isObject, { where, expected: 'a URL, options of pg.Pool, or a pg.Pool', remedy });
  const { max } = (isPostgresPool(connection) ? poolOptionsOf(connection) : connection) as PgPoolConfig;
  validOption(max ?? USUAL_CLIENTS, most => (most as number) >= FEWEST_CLIENTS, {
    where,
    expected: `a pool of at least ${FEWEST_CLIENTS} clients`,
    remedy:
      'Three of them are always in use: they wait for runs, for ends of runs, and for what is wanted of all processes.',
  });
  return connection as PostgresConnection;
}

/** Whether it is a pool of the user's own. */
export function isPostgresPool(connection: unknown): connection is PgPool {
  const { connect, query } = (connection ?? {}) as Partial<PgPool>;
  return typeof connect === 'function' && typeof query === 'function';
}

/** Where BullMQ keeps its tables unless it is told otherwise. */
export const SCHEMA = 'bullmq';

/** The statements of BullMQ name no schema. */
export const SEARCH_PATH = `-c search_path=${SCHEMA}`;

/** @returns a pool of one's own. @throws {MissingPackageError} when pg is not installed. */
export async function newPool(config: PgPoolConfig, where: string): Promise<PgPool> {
  const { default: pg } = await loadPg(where);
  const { options, ...rest } = config as PgPoolConfig & { options?: string };
  const all = options === undefined ? SEARCH_PATH : `${options} ${SEARCH_PATH}`;
  return new pg.Pool({ keepAlive: true, connectionTimeoutMillis: 5_000, ...rest, options: all }) as PgPool;
}

function poolOptionsOf(pool: PgPool): PgPoolConfig {
  return (pool as { options?: PgPoolConfig }).options ?? {};
}
