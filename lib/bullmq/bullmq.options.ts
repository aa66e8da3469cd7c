import type { PgPool, PgPoolConfig } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import type { Cluster, Redis } from 'ioredis';
import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { postgresConnectionOf } from './postgres.connection.js';
import { postgresServer } from './postgres.server.js';
import { redisConnectionOf } from './redis.connection.js';
import { redisServer } from './redis.server.js';
import type { Server } from './server.js';

/** How processes share their runs. */
export interface BullmqOptions {
  /**
   * Where the server is.
   *
   * Redis: `'redis://…'`, `'rediss://…'`, options of ioredis (TLS and Sentinel among them), or an ioredis of your own, a
   * cluster too: it needs `maxRetriesPerRequest: null`.
   *
   * PostgreSQL: `'postgres://…'`, options of `pg.Pool`, or a pool of your own: it needs 6 clients or more (`max`), and
   * `options: '-c search_path=bullmq'`.
   *
   * What is your own stays open when the app closes.
   */
  readonly connection: string | RedisOptions | Redis | Cluster | PgPoolConfig | PgPool;
  /** What the server is; a URL says it by itself. @default 'redis' */
  readonly backend?: 'redis' | 'postgres' | undefined;
  /**
   * What all keys of Redis, or all queues of PostgreSQL, begin with; apps with different prefixes share nothing. On a
   * Redis cluster write braces: `'{sts}'`. @default 'sts'
   */
  readonly prefix?: string | undefined;
  /**
   * How long the record of a run is kept after its end, from 11 minutes: about 0.5 kB for each instant. It bounds history,
   * and `catchUp`, which must end 10 minutes before. @default '1d'
   */
  readonly keepFor?: Duration | undefined;
  /**
   * After how long without a word from its process a run is taken over by another, from 1 second. A process that is
   * blocked for longer loses its runs. @default '30s'
   */
  readonly lock?: Duration | undefined;
  /**
   * Whether the start brings the schema `bullmq` of PostgreSQL to the version that the installed BullMQ needs, under a
   * lock; without it, call `migrateBullmq()` before the start. @default true
   */
  readonly migrate?: boolean | undefined;
}

/** The options, resolved. */
export interface ClusterSettings {
  readonly server: Server;
  readonly keepForMs: number;
  readonly lockMs: number;
}

const WHERE = 'bullmq()';
/** A record outlives the catch-up window by this, so that no late process runs an instant again. */
export const KEPT_LONGER_MS = 10 * 60_000;

/** @throws {ConfigurationError} that names the option. */
export function parseBullmqOptions(options: BullmqOptions): ClusterSettings {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const remedy = "Write bullmq({ connection: 'redis://localhost:6379' }).";
  validOption(options, isObject, { where: WHERE, expected: 'an object with a connection', remedy });
  refuseUnknownKeys(options, ['connection', 'backend', 'prefix', 'keepFor', 'lock', 'migrate'], WHERE);
  const { keepFor = '1d', lock = '30s' } = options;
  const lockMs = atLeast(1_000, lock, { where: `${WHERE}: lock`, least: '1 second' });
  return Object.freeze({
    server: serverOf(options, lockMs),
    keepForMs: atLeast(11 * 60_000, keepFor, { where: `${WHERE}: keepFor`, least: '11 minutes' }),
    lockMs,
  });
}

function serverOf({ connection, backend, prefix, migrate }: BullmqOptions, lockMs: number): Server {
  const common = prefixOf(prefix ?? 'sts');
  const kind = backendOf(connection, backend);
  const where = `${WHERE}: connection`;
  const isMigrating = migrateOf(kind, migrate);
  if (kind === 'redis') {
    return redisServer({ connection: redisConnectionOf(connection, where), prefix: common });
  }
  const place = postgresConnectionOf(connection, where);
  return postgresServer({ connection: place, prefix: common, migrate: isMigrating, lockMs });
}

function backendOf(connection: unknown, backend: BullmqOptions['backend']): 'redis' | 'postgres' {
  const isPostgresUrl = typeof connection === 'string' && /^postgres(ql)?:/.test(connection);
  const kind = backend ?? (isPostgresUrl ? 'postgres' : 'redis');
  return validOption<'redis' | 'postgres'>(kind, value => value === 'redis' || value === 'postgres', {
    where: `${WHERE}: backend`,
    expected: "'redis' or 'postgres'",
  });
}

function migrateOf(kind: 'redis' | 'postgres', migrate: boolean | undefined): boolean {
  const isPossible = (value: unknown) =>
    value === undefined || (typeof value === 'boolean' && kind === 'postgres');
  validOption(migrate, isPossible, {
    where: `${WHERE}: migrate`,
    expected: "true or false, beside backend: 'postgres'",
  });
  return migrate ?? true;
}

function prefixOf(prefix: string): string {
  const isPrefix = (value: unknown) => typeof value === 'string' && /^[^\s:]+$/.test(value);
  return validOption<string>(prefix, isPrefix, {
    where: `${WHERE}: prefix`,
    expected: 'a text without white space and colons',
  });
}

function atLeast(
  leastMs: number,
  value: Duration,
  { where, least }: { where: string; least: string },
): number {
  const ms = parseDuration(value, where);
  validOption(value, () => ms >= leastMs, { where, expected: `a duration of ${least} or more` });
  return ms;
}
