import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bullmq } from '../../lib/bullmq/index.js';
import type { EngineHost } from '../../lib/engine/shared.engine.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { hostOf, taskOf } from './engine.host.js';
import { someRedis } from './servers/redis.js';
import { ownPrefix, until } from './servers/server.js';

let redis: Awaited<ReturnType<typeof someRedis>>;
let prefix: string;
let events: StsEvent[];
beforeAll(async () => (redis = await someRedis()), 120_000);
afterAll(() => redis.end());
beforeEach(() => {
  prefix = ownPrefix();
  events = [];
});

async function started(more: Partial<EngineHost>) {
  const record = (event: StsEvent) => void events.push(event);
  const { engine, store } = bullmq({ connection: redis.url, prefix }).create(hostOf({ record, ...more }));
  onTestFinished(async () => {
    await engine.stop({ running: 'abort', timeoutMs: 5_000 });
    await store.close!();
  });
  await engine.start();
  return engine;
}

const failures = () => events.flatMap(event => (event.type === 'engineFailed' ? [String(event.error)] : []));

describe('what should never be', () => {
  it('within the engine is told, and ends the run that it happened to, which is told, too', async () => {
    let calls = 0;
    const task = taskOf('job', {}, () => 'done');
    const onCall = () => {
      if (++calls === 1) throw new TypeError('onCall is broken');
    };
    const engine = await started({ onCall, find: () => task });
    const submit = async (id: string) => {
      const verdict = { kind: 'run' } as const;
      const run = { id, task, cause: 'manual', dueAt: Date.now(), payload: undefined, verdict } as const;
      return (await engine.submit(run)).finished();
    };

    const [first, second] = [await submit('job#1'), await submit('job#2')];

    expect(first).toMatchObject({ outcome: { kind: 'failure', error: { message: 'onCall is broken' } } });
    expect(second.outcome.kind).toBe('success');
    expect(failures()).toEqual(['TypeError: onCall is broken']);
    const told = events.flatMap(event => (event.type === 'runFinished' ? [event.run.id] : []));
    expect(told).toEqual(['job#1', 'job#2']);
    expect(engine.going()).toBe(0);
  });

  it('such as a job of somebody else, is told, and its job is over', async () => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue('runs', { connection, prefix });
    onTestFinished(async () => {
      await queue.close();
      connection.disconnect();
    });
    await started({});

    const { id } = await queue.add('foreign', { of: 'somebody else' });
    await until(async () => (await queue.getJob(id!))?.finishedOn !== undefined);

    expect((await queue.getJob(id!))!.failedReason).toMatch(/was not submitted by nestjs-sts/);
    expect(failures()).toEqual([expect.stringMatching(/\(foreign\) was not submitted/)]);
  });
});

it('an error that cannot be read is one all the same', async () => {
  const error = Object.defineProperty(new Error('unread'), 'stack', {
    get: () => {
      throw new TypeError('no stack');
    },
  });
  const task = taskOf('job', {}, () => Promise.reject(error));
  const engine = await started({ find: () => task });

  const verdict = { kind: 'run' } as const;
  const run = { id: 'job#1', task, cause: 'manual', dueAt: Date.now(), payload: undefined, verdict } as const;
  const { outcome } = await (await engine.submit(run)).finished();

  expect(outcome.kind).toBe('failure');
  expect(failures()).toEqual([]);
});
