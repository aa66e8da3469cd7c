import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free.port.js';
import type { Client, FaultOf, TestServer } from './server.js';

/**
 * Starts a server of one's own: `redis-server` of the PATH, else, on Debian as root, from Debian's packages.
 *
 * @param options what stands on its command line beside the usual.
 */
export async function startRedis(options: readonly string[] = []): Promise<TestServer> {
  const command = redisCommand();
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'nestjs-sts-redis-'));
  let child: ChildProcess | undefined;
  const url = `redis://127.0.0.1:${port}`;
  const clients: Redis[] = [];
  const client = () => {
    const made = new Redis(url, { maxRetriesPerRequest: null });
    made.on('error', () => undefined);
    clients.push(made);
    return made;
  };
  const server: TestServer = {
    url,
    port,
    async protect() {
      const admin = client();
      await admin.config('SET', 'requirepass', 'secret');
      const unprotect = async () => void (await admin.config('SET', 'requirepass', ''));
      return { url: `redis://:wrong@127.0.0.1:${port}`, unprotect };
    },
    client: faultOf => faulty(client(), faultOf),
    async loseLocks(prefix) {
      const admin = client();
      const locks = await admin.keys(`${prefix}:runs:*:lock`);
      if (locks.length > 0) await admin.del(locks);
    },
    async start() {
      const usual = [
        '--port',
        `${port}`,
        '--bind',
        '127.0.0.1',
        '--dir',
        dir,
        '--save',
        '',
        '--appendonly',
        'yes',
      ];
      child = spawn(command, [...usual, '--appendfsync', 'always', '--daemonize', 'no', ...options], {
        stdio: 'ignore',
      });
      await answers(port);
    },
    async stop() {
      const ended = child!.exitCode === null ? once(child!, 'exit') : undefined;
      child!.kill('SIGTERM');
      await ended;
    },
    async end() {
      clients.forEach(made => made.disconnect());
      child!.kill('SIGKILL');
      if (child!.exitCode === null && child!.signalCode === null) await once(child!, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** That of `STS_TEST_REDIS_URL`, else one of this file. */
export async function someRedis(): Promise<Pick<TestServer, 'url' | 'end'>> {
  const url = process.env['STS_TEST_REDIS_URL'];
  return url === undefined || url === '' ? startRedis() : { url, end: () => Promise.resolve() };
}

function faulty(client: Redis, faultOf: FaultOf): Client {
  const fail = (message: string, code?: string): never => {
    throw Object.assign(new Error(message), { code });
  };
  const reset = () => fail('read ECONNRESET', 'ECONNRESET');
  const { pipeline } = client;
  client.pipeline = ((...args: []) => {
    const made = pipeline.apply(client, args) as any;
    const { exec } = made;
    made.exec = async () => {
      const fault = faultOf('submit');
      if (fault === 'before') return reset();
      if (fault === 'middle') {
        // Half of what was submitted together gets through.
        made._queue.splice(Math.ceil(made._queue.length / 2));
        made.length = made._queue.length;
      }
      const results = await exec.call(made);
      return fault === undefined ? results : reset();
    };
    return made;
  }) as never;
  const commands = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const watchEnds = () => {
    const name = Object.keys(client).find(key => key.startsWith('moveToFinished'))!;
    const move = commands[name]!;
    commands[name] = async (...args) => {
      const fault = faultOf('end');
      if (fault === 'before') return fail("READONLY You can't write against a read only replica.");
      const moved = await move.apply(client, args);
      return fault === undefined ? moved : reset();
    };
  };
  const { defineCommand } = client;
  client.defineCommand = ((name: string, definition: never) => {
    defineCommand.call(client, name, definition);
    if (name.startsWith('moveToFinished')) watchEnds();
  }) as never;
  return {
    connection: client,
    backend: 'redis',
    isOpen: async () => (await client.ping()) === 'PONG',
  };
}

async function answers(port: number): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}

const MISSING = 'The tests of nestjs-sts/bullmq need Redis: install redis-server, or set STS_TEST_REDIS_URL.';

function redisCommand(): string {
  const found = onPath();
  if (found !== undefined) return found;
  const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!isDebianRoot) throw new Error(MISSING);
  try {
    const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    // Several test files may come here at once.
    execFileSync('flock', ['/tmp/nestjs-sts-redis.lock', 'sh', '-c', INSTALL], options);
  } catch (cause) {
    throw new Error(MISSING, { cause });
  }
  return onPath() ?? 'redis-server';
}

const INSTALL =
  'command -v redis-server || { apt-get update && RUNLEVEL=1 apt-get install -y --no-install-recommends redis-server; }';

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map(folder => join(folder, 'redis-server')).find(file => existsSync(file));
}
