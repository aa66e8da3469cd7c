import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A Redis for one test file, on a port of its own, which ends with it. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Cuts everybody off, for as long as the promise takes. */
  stop(): Promise<void>;
  /** Starts it again, with all that it had. */
  start(): Promise<void>;
  /** Ends it for good. */
  end(): Promise<void>;
}

/**
 * Starts a server of one's own: `redis-server` of the PATH, else, on Debian as root, from Debian's packages.
 *
 * @param options what stands on its command line beside the usual.
 */
export async function startRedis(options: readonly string[] = []): Promise<RedisServer> {
  const command = redisCommand();
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'nestjs-sts-redis-'));
  let child: ChildProcess | undefined;
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
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
      child!.kill('SIGKILL');
      if (child!.exitCode === null && child!.signalCode === null) await once(child!, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** A Redis for tests that need none of their own: that of `STS_TEST_REDIS_URL`, else one of this file. */
export async function someRedis(): Promise<Pick<RedisServer, 'url' | 'end'>> {
  const url = process.env['STS_TEST_REDIS_URL'];
  return url === undefined || url === '' ? startRedis() : { url, end: () => Promise.resolve() };
}

/** A prefix that no other test has. */
export function ownPrefix(): string {
  return `sts-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
}

/** Resolves when what is asked for is true. */
export async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${String(isTrue)}`);
    await wait(10);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
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
