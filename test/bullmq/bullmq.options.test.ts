import { once } from 'node:events';
import { createServer } from 'node:net';
import { Cluster, Redis } from 'ioredis';
import { Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseBullmqOptions, type BullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { InvalidOptionError } from '../../lib/errors.js';

const serverOf = (options: BullmqOptions) => parseBullmqOptions(options).server.name;
const refused = (options: object) => {
  const parse = () => parseBullmqOptions(options as BullmqOptions);
  expect(parse).toThrow(InvalidOptionError);
  return expect(parse);
};

describe('the options of bullmq()', () => {
  it('say which server it is; a URL says it by itself', () => {
    expect(serverOf({ connection: 'redis://localhost' })).toBe('Redis');
    expect(serverOf({ connection: { host: 'localhost' } })).toBe('Redis');
    expect(serverOf({ connection: 'postgres://localhost/x' })).toBe('PostgreSQL');
    expect(serverOf({ connection: 'postgresql://localhost/x', backend: 'postgres' })).toBe('PostgreSQL');
    expect(serverOf({ connection: { host: 'localhost' }, backend: 'postgres' })).toBe('PostgreSQL');
  });

  it('are refused when they do not fit together, or cannot be read', () => {
    refused({ connection: 'postgres://localhost', backend: 'redis' }).toThrow(/connection expects a URL/);
    refused({ connection: 'redis://localhost', backend: 'postgres' }).toThrow(/connection expects a URL/);
    refused({ connection: 'redis://localhost', backend: 'mysql' }).toThrow(/backend expects/);
    refused({ connection: 'redis://localhost', migrate: true }).toThrow(/migrate expects/);
    refused({ connection: 'redis://localhost', prefix: 'a:b' }).toThrow(/prefix expects/);
    refused({ connection: 'redis://localhost', keepFor: '10m' }).toThrow(/keepFor expects/);
    refused({ connection: 'redis://localhost', lock: 1 }).toThrow(/lock expects/);
    refused({ connection: 7 }).toThrow(/connection expects/);
    refused({ connection: 7, backend: 'postgres' }).toThrow(/connection expects/);
  });

  it('take a client of ioredis that waits for jobs for ever, a cluster too', () => {
    const lazy = { lazyConnect: true };
    const cluster = (redisOptions: object) => new Cluster([{ port: 1 }], { ...lazy, redisOptions });
    const redis = (more: object) => new Redis({ ...lazy, ...more });

    expect(serverOf({ connection: redis({ maxRetriesPerRequest: null }) })).toBe('Redis');
    expect(serverOf({ connection: cluster({ maxRetriesPerRequest: null }), prefix: '{sts}' })).toBe('Redis');
    refused({ connection: redis({}) }).toThrow(/an ioredis with maxRetriesPerRequest: null/);
    refused({ connection: cluster({}) }).toThrow(/an ioredis with maxRetriesPerRequest: null/);
  });

  it('take a pool of pg that is large enough', () => {
    const backend = 'postgres';

    expect(serverOf({ connection: new Pool() as never, backend })).toBe('PostgreSQL');
    refused({ connection: new Pool({ max: 4 }), backend }).toThrow(/a pool of at least 6 clients/);
    refused({ connection: { max: 4 }, backend }).toThrow(/a pool of at least 6 clients/);
  });

  it.each([
    ['TLS', (port: number) => ({ host: '127.0.0.1', port, tls: {} }), 0x16],
    ['TLS in a URL', (port: number) => `rediss://127.0.0.1:${port}`, 0x16],
    ['no TLS', (port: number) => `redis://127.0.0.1:${port}`, '*'.charCodeAt(0)],
  ] as const)('reach ioredis: %s', async (_, connectionOf, firstByte) => {
    const listener = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void listener.close());
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const connected = once(listener, 'connection');
    const { server } = parseBullmqOptions({ connection: connectionOf(port) });

    const line = await server.connect(() => undefined);
    const [socket] = (await connected) as [import('node:net').Socket];
    socket.on('error', () => undefined);
    const [data] = (await once(socket, 'data')) as [Buffer];
    await line.close();
    socket.destroy();

    expect(data[0]).toBe(firstByte);
  });
});
