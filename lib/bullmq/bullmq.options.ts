import type { RedisOptions } from 'ioredis';
import type { Cluster, Redis } from 'ioredis';
import { InvalidOptionError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';

/** How processes share their runs. */
export interface BullmqOptions {
  /**
   * Where Redis is: `'redis://…'`, `'rediss://…'`, options of ioredis (TLS and Sentinel among them), or an ioredis of your
   * own, a cluster too: it needs `maxRetriesPerRequest: null`, and stays open when the app closes.
   */
  readonly connection: string | RedisOptions | Redis | Cluster;
  /** What all keys begin with; apps with different prefixes share nothing. On a Redis cluster write braces: `'{sts}'`. @default 'sts' */
  readonly prefix?: string;
  /**
   * How long the record of a run is kept after its end, from 11 minutes: about 0.5 kB of Redis for each instant. It
   * bounds history, and `catchUp`, which must end 10 minutes before. @default '1d'
   */
  readonly keepFor?: Duration;
  /**
   * After how long without a word from its process a run is taken over by another, from 1 second. A process that is
   * blocked for longer loses its runs. @default '30s'
   */
  readonly lock?: Duration;
}

/** The options, resolved. */
export interface ClusterSettings {
  readonly connection: RedisOptions | Redis | Cluster;
  readonly prefix: string;
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
  refuseUnknownKeys(options, ['connection', 'prefix', 'keepFor', 'lock'], WHERE);
  const { connection, prefix = 'sts', keepFor = '1d', lock = '30s' } = options;
  const isPrefix = (value: unknown) => typeof value === 'string' && /^[^\s:]+$/.test(value);
  return Object.freeze({
    connection: connectionOf(connection, remedy),
    prefix: validOption<string>(prefix, isPrefix, {
      where: `${WHERE}: prefix`,
      expected: 'a text without white space and colons',
    }),
    keepForMs: atLeast(11 * 60_000, keepFor, { where: `${WHERE}: keepFor`, least: '11 minutes' }),
    lockMs: atLeast(1_000, lock, { where: `${WHERE}: lock`, least: '1 second' }),
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

function connectionOf(connection: unknown, remedy: string): RedisOptions | Redis | Cluster {
  const where = `${WHERE}: connection`;
  if (typeof connection === 'string') return urlOf(connection, where);
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  validOption(connection, isObject, { where, expected: 'a URL, options of ioredis, or an ioredis', remedy });
  if (isClient(connection)) checkClient(connection, where);
  return connection as RedisOptions | Redis | Cluster;
}

function urlOf(text: string, where: string): RedisOptions {
  if (/^postgres(ql)?:/.test(text)) {
    throw new InvalidOptionError({
      where,
      expected: 'a Redis: the engine does not work on PostgreSQL yet',
      got: 'a URL of PostgreSQL',
      isGotText: true,
    });
  }
  const isUrl = () => /^rediss?:\/\//.test(text);
  validOption(text, isUrl, { where, expected: "a URL that begins with 'redis://' or 'rediss://'" });
  return { url: text } as RedisOptions;
}

/** Whether it is a client of the user's own. */
export function isClient(connection: unknown): connection is Redis | Cluster {
  return typeof (connection as Redis | null)?.defineCommand === 'function';
}

function checkClient(client: Redis | Cluster, where: string): void {
  const options = 'redisOptions' in client.options ? client.options.redisOptions : client.options;
  const isNull = () => (options as RedisOptions | undefined)?.maxRetriesPerRequest === null;
  validOption(client, isNull, {
    where,
    expected: 'an ioredis with maxRetriesPerRequest: null',
    remedy: 'Whoever waits for jobs must wait through a restart of Redis.',
  });
}
