import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { validOption } from '../errors.js';

/** How Redis is reached. */
export type RedisConnection = RedisOptions | Redis | Cluster;

/** @throws {ConfigurationError} for what is no connection to Redis. */
export function redisConnectionOf(connection: unknown, where: string): RedisConnection {
  if (typeof connection === 'string') {
    const isUrl = () => /^rediss?:\/\//.test(connection);
    validOption(connection, isUrl, { where, expected: "a URL that begins with 'redis://' or 'rediss://'" });
    return { url: connection } as RedisOptions;
  }
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const remedy = "Write bullmq({ connection: 'redis://localhost:6379' }).";
  validOption(connection, isObject, { where, expected: 'a URL, options of ioredis, or an ioredis', remedy });
  if (isRedisClient(connection)) checkClient(connection, where);
  return connection as RedisConnection;
}

/** Whether it is a client of the user's own. */
export function isRedisClient(connection: unknown): connection is Redis | Cluster {
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
