import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PingQueue, type PingLimits } from '../../lib/heartbeat/ping.queue.js';
import type { Ping } from '../../lib/heartbeat/ping.js';
import { checkServer } from '../e2e/check.server.js';

let server: Awaited<ReturnType<typeof checkServer>>;
let queue: PingQueue;
/** The checks that could not be told, or could again. */
let changes: string[];
beforeEach(async () => {
  server = await checkServer();
  changes = [];
  queue = queueOf({});
});
afterEach(async () => {
  await queue.close(0);
  await server.close();
});

const queueOf = (limits: Partial<PingLimits>) =>
  new PingQueue({
    timeoutMs: 10_000,
    retries: 2,
    concurrency: 10,
    ...limits,
    onChange: ({ taskName }, refusal) => void changes.push(`${taskName} ${refusal ? 'down' : 'up'}`),
  });
const paths = () => server.told.map(({ path }) => path.slice(1));
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

  expect(paths()).toEqual(['a']);
});

it('checks take turns, however much one of them has to tell', async () => {
  queue = queueOf({ concurrency: 1 });
  for (let i = 0; i < 5; i++) queue.add(pingOf('busy', `run-${i}`));
  queue.add(pingOf('other'));
  await queue.close(5_000);

  expect(paths()).toEqual(['busy', 'other', 'busy', 'busy', 'busy', 'busy']);
});

it('a check that is down keeps none from being told while it waits to be told again', async () => {
  server.answerWith((response, { path }) => void response.writeHead(path === '/down' ? 503 : 200).end());
  queue = queueOf({ concurrency: 1, retries: 1 });
  queue.add(pingOf('down'));
  await server.heard(1);
  for (let i = 0; i < 3; i++) queue.add(pingOf(`other-${i}`));
  await queue.close(5_000);

  expect(paths()).toEqual(['down', 'other-0', 'other-1', 'other-2', 'down']);
  expect(changes).toEqual(['down down']);
});

it('a wait for the next try leaves nothing behind', async () => {
  const any = vi.spyOn(AbortSignal, 'any');
  server.answerWith(response => void response.writeHead(server.told.length === 1 ? 503 : 200).end());
  queue.add(pingOf('down'));
  await server.heard(2);
  const [[, closing]] = any.mock.calls[0] as unknown as [AbortSignal[]];
  any.mockRestore();

  expect(getEventListeners(closing!, 'abort')).toEqual([]);
  await queue.close(5_000);
  expect(changes).toEqual([]);
});

it('a wait for the next try ends when the queue is closed', async () => {
  server.answerWith(response => void response.writeHead(503).end());
  queue.add(pingOf('down'));
  await server.heard(1);
  const startedAt = performance.now();
  await queue.close(100);
  await turn();

  expect(performance.now() - startedAt).toBeLessThan(900);
  expect(paths()).toEqual(['down']);
});

it('of a thousand checks it is known that they are down', async () => {
  server.answerWith(response => void response.writeHead(404).end());
  const names = Array.from({ length: 1_001 }, (_, i) => `check-${i}`);
  for (const name of names) queue.add(pingOf(name));
  await server.heard(1_001);
  queue.add(pingOf('check-1000'));
  queue.add(pingOf('check-0'));
  await queue.close(5_000);

  expect(changes).toHaveLength(1_002);
  expect(changes.at(-1)).toBe('check-0 down');
});
