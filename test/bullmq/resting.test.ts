import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { ClusterEngine } from '../../lib/bullmq/cluster.engine.js';
import { Connections } from '../../lib/bullmq/connections.js';
import { systemClock } from '../../lib/time/clock.js';
import { hostOf, taskOf } from './engine.host.js';
import { someRedis } from './servers/redis.js';
import { ownPrefix, until } from './servers/server.js';

let redis: Awaited<ReturnType<typeof someRedis>>;
beforeAll(async () => (redis = await someRedis()), 120_000);
afterAll(() => redis.end());

it('a process whose clock is off takes no runs until it is right again, and so each time', async () => {
  let aheadMs = 60_000;
  const real = systemClock({ keepAlive: false });
  const clock = { ...real, now: () => real.now() + aheadMs };
  const ran: string[] = [];
  const task = taskOf('job', { overlap: 'allowAll' }, ({ runId }) => void ran.push(runId));
  const parsed = parseBullmqOptions({ connection: redis.url, prefix: ownPrefix() });
  const settings = { ...parsed, server: { ...parsed.server, mostSkewMs: 10_000 } };
  const host = hostOf({ clock, find: () => task });
  const engine = new ClusterEngine(settings, new Connections(settings.server, host), host);
  const submit = (id: string) =>
    engine.submit({
      id,
      task,
      cause: 'manual',
      dueAt: clock.now(),
      payload: undefined,
      verdict: { kind: 'run' },
    });

  await engine.start();
  await submit('first');
  const atFirst = [...ran];
  aheadMs = 0;
  await until(() => ran.includes('first'));
  aheadMs = -60_000;
  await until(async () => Math.abs((await engine.nodes()).at(-1)?.clockSkewMs ?? 0) > 10_000);
  await submit('second');
  const between = [...ran];
  aheadMs = 0;
  await until(() => ran.includes('second'));
  await engine.stop({ running: 'wait', timeoutMs: 5_000 });
  await engine.close(() => Promise.resolve());

  expect([atFirst, between]).toEqual([[], ['first']]);
});
