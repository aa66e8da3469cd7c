import { afterEach, beforeEach, expect, it } from 'vitest';
import { PingQueue } from '../../lib/heartbeat/ping.queue.js';
import type { Ping } from '../../lib/heartbeat/ping.js';
import { checkServer } from '../e2e/check.server.js';

let server: Awaited<ReturnType<typeof checkServer>>;
let queue: PingQueue;
beforeEach(async () => {
  server = await checkServer();
  queue = new PingQueue({ timeoutMs: 10_000, retries: 2, concurrency: 10, onChange: () => {} });
});
afterEach(async () => {
  await queue.close(0);
  await server.close();
});

const pingOf = (check: string, runId = 'run'): Ping => ({
  taskName: check,
  url: `${server.url}/${check}`,
  signal: 'success',
  runId,
  body: '',
});

it('a queue that has closed sends nothing more', async () => {
  queue.add(pingOf('a'));
  await queue.close(5_000);

  queue.add(pingOf('b'));
  await queue.close(5_000);

  expect(server.told.map(({ path }) => path)).toEqual(['/a']);
});
