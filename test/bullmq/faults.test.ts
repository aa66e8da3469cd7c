import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EngineUnavailableError } from '../../lib/errors.js';
import type { BullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import type { TaskContext } from '../../lib/task/task.context.js';
import { startNode } from '../process/child.js';
import { member, type Member } from './cluster.js';
import { recordsOf } from './records.js';
import { freePort, ownPrefix, startRedis, until, type RedisServer } from './redis.server.js';

let redis: RedisServer;
let prefix: string;
const members: Member[] = [];

beforeAll(async () => (redis = await startRedis()), 120_000);
afterAll(() => redis.end());
beforeEach(() => (prefix = ownPrefix()));
afterEach(async () => {
  await Promise.all(members.splice(0).map(({ core }) => core.close()));
});

function process(options: Partial<BullmqOptions> = {}): Member {
  const made = member({ connection: redis.url, prefix, lock: '1s', ...options });
  members.push(made);
  return made;
}

function ownClient(): Redis {
  const client = new Redis(redis.url, { maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

/** The instants at multiples of a period, in ms. */
function instants(from: number, to: number, every: number): readonly number[] {
  const first = Math.ceil(from / every) * every;
  return Array.from({ length: Math.floor((to - first) / every) + 1 }, (_, i) => first + i * every);
}

describe('a server', () => {
  it.each([
    ['that refuses connections', async () => `redis://127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
    ['that wants another password', async () => `redis://:wrong@127.0.0.1:${redis.port}`, /./],
  ] as const)('%s at the start is an error within 10 s, and no hang', async (_, url, message) => {
    const started = Date.now();
    const isProtected = (await url()).includes('wrong');
    const admin = ownClient();
    if (isProtected) await admin.config('SET', 'requirepass', 'secret');
    const { scheduler } = process({ connection: await url() });

    const error: unknown = await scheduler.run().catch((thrown: unknown) => thrown);
    if (isProtected) await admin.config('SET', 'requirepass', '');

    expect(error).toBeInstanceOf(EngineUnavailableError);
    expect((error as Error).message).toMatch(message);
    expect(Date.now() - started).toBeLessThan(12_000);
  });

  it('that is away for a while and comes back costs no instant, and nothing is rejected unheard', async () => {
    const a = process();
    a.scheduler.addTask({ name: 'poll', run: () => undefined }, { every: 200, overlap: 'allowAll' });
    await a.scheduler.run();
    const from = Date.now();
    await wait(500);

    await redis.stop();
    await wait(3_000);
    await redis.start();
    await wait(4_000);
    const to = Date.now() - 2_000;

    const explained = await Promise.all(
      instants(from, to, 200).map(at => a.registry.explain('poll', new Date(at).toISOString())),
    );
    expect(explained.filter(({ kind }) => kind !== 'ran').map(({ sentence }) => sentence)).toEqual([]);
    const types = a.events.map(({ type }) => type).filter(type => type.startsWith('engine'));
    expect(types.slice(0, 2)).toEqual(['engineFailed', 'engineRecovered']);
  });

  it('that fails a submission before, after or in the middle of it gets it again, and runs it once', async () => {
    const client = ownClient();
    let calls = 0;
    let failures = 0;
    const { pipeline } = client;
    client.pipeline = ((...args: []) => {
      const made = pipeline.apply(client, args);
      const { exec } = made;
      made.exec = (async () => {
        const turn = calls++ % 15;
        const queue = (made as unknown as { _queue: unknown[] })._queue;
        if (turn === 3) return fail();
        // Half of what was submitted together gets through.
        if (turn === 8) (made as any)._queue.splice(Math.ceil(queue.length / 2));
        if (turn === 8) (made as any).length = queue.length;
        const results = await exec.call(made);
        return turn === 8 || turn === 13 ? fail() : results;
      }) as typeof exec;
      return made;
    }) as typeof pipeline;
    const fail = (): never => {
      failures++;
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    };
    const ran: string[] = [];
    const a = process({ connection: client });
    for (let i = 0; i < 6; i++) {
      const run = ({ taskName, dueAt }: TaskContext<never>) => void ran.push(`${taskName}@${dueAt}`);
      a.scheduler.addTask({ name: `poll-${i}`, run }, { every: 100, overlap: 'allowAll' });
    }

    await a.scheduler.run();
    const from = Date.now() + 100;
    await wait(4_000);
    const to = Date.now() - 1_000;

    expect(failures).toBeGreaterThanOrEqual(3);
    expect(new Set(ran).size).toBe(ran.length);
    const missing = instants(from, to, 100).flatMap(at =>
      [0, 1, 2, 3, 4, 5].map(i => `poll-${i}@${at}`).filter(id => !ran.includes(id)),
    );
    expect(missing).toEqual([]);
  });

  it('that fails the call which ends a run has the success in the end, and no failure', async () => {
    const client = ownClient();
    const a = process({ connection: client });
    a.scheduler.addTask({ name: 'job', run: () => 'done' });
    await a.scheduler.run();
    const command = Object.keys(client).find(key => key.startsWith('moveToFinished'))!;
    const commands = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const move = commands[command]!;
    let failures = 0;
    commands[command] = async (...args) => {
      if (failures++ < 2) throw new Error("READONLY You can't write against a read only replica.");
      return move.apply(client, args);
    };

    const run = await a.registry.trigger('job');
    const { outcome } = await run.finished();

    expect(failures).toBeGreaterThan(2);
    expect(outcome).toEqual({ kind: 'success', result: 'done' });
    expect((await a.registry.run(run.id))!.outcome!.kind).toBe('success');
  });
});

describe('a process', () => {
  it('that loses its lock aborts the signal and tells so, and the run is run again', async () => {
    let calls = 0;
    const signals: AbortSignal[] = [];
    const a = process();
    const run = ({ signal }: TaskContext<never>) => {
      signals.push(signal);
      if (++calls > 1) return 'again';
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    };
    a.scheduler.addTask({ name: 'job', run });
    await a.scheduler.run();
    const triggered = await a.registry.trigger('job');
    await until(() => calls === 1);

    const client = ownClient();
    const [lock] = await client.keys(`${prefix}:runs:*:lock`);
    await client.del(lock!);
    const { outcome } = await triggered.finished();

    expect(outcome).toEqual({ kind: 'success', result: 'again' });
    expect(signals[0]!.aborted).toBe(true);
    const told = a.events.flatMap(event =>
      'run' in event && event.run.id === triggered.id ? [event.type] : [],
    );
    expect(told).toEqual(['runStarted', 'runLost', 'runStarted', 'runFinished']);
    expect((await a.registry.stats()).unaccounted).toBe(0);
  });

  it.each([
    ['rerun', { kind: 'success', result: 'by another' }],
    ['fail', { kind: 'abandoned', reason: 'crash' }],
  ] as const)(
    'that dies leaves its run to others, which do what onCrash %s says',
    async (onCrash, outcome) => {
      const worker = fileURLToPath(new URL('fixtures/crash.worker.js', import.meta.url));
      const child = startNode([worker, redis.url, prefix, onCrash]);
      onTestFinished(() => child.kill('SIGKILL'));
      const [, id] = (await child.line(/^id /)).split(' ');
      await child.line(/^begun$/);
      child.kill('SIGKILL');
      await child.end();

      const a = process();
      a.scheduler.addTask({ name: 'job', run: () => 'by another' }, { onCrash });
      await a.scheduler.run();

      await until(async () => (await a.registry.run(id!))?.outcome !== null);
      expect((await a.registry.run(id!))!.outcome).toMatchObject(
        outcome.kind === 'success' ? { kind: 'success' } : outcome,
      );
    },
  );

  it('that does not know a task leaves its runs to those that do, and fails none', async () => {
    const [older, newer] = [process(), process()];
    newer.scheduler.addTask({ name: 'new', run: () => 'done' }, { overlap: 'allowAll' });
    await older.scheduler.run();
    await newer.scheduler.run();

    const runs = await Promise.all(Array.from({ length: 10 }, () => newer.registry.trigger('new')));
    const finished = await Promise.all(runs.map(run => run.finished()));

    expect(finished.map(({ outcome }) => outcome.kind)).toEqual(runs.map(() => 'success'));
    const ended = older.events.filter(({ type }) => type === 'runFinished' || type === 'runSkipped');
    expect(ended).toEqual([]);
  });

  it('that starts when none was there catches up what it may, and accounts for the rest', async () => {
    const ran: [string, number][] = [];
    const add = ({ scheduler }: Member) =>
      scheduler.addTask(
        { name: 'poll', run: ({ cause, dueAt }) => void ran.push([cause, dueAt]) },
        { every: 500, catchUp: '1h' },
      );
    const first = process();
    add(first);
    await first.scheduler.run();
    await until(() => ran.length >= 2);
    await first.core.close();
    const closed = Date.now();
    await wait(2_200);
    const second = process();
    add(second);
    await second.scheduler.run();
    const started = Date.now();
    await until(() => ran.some(([cause]) => cause === 'catchUp'));
    await until(() => ran.at(-1)![1] > started);
    await second.core.close();
    members.length = 0;

    // What waits for other processes is submitted at the end, and ended by whoever comes.
    const third = process();
    add(third);
    await third.scheduler.run();
    const records = recordsOf(redis.url, prefix);
    const missed = instants(closed, started - 1, 500);
    const outcomes = async () => {
      const runs = await records.all();
      return missed.map(at => runs.find(({ dueAt }) => dueAt === at)?.outcome?.kind);
    };
    await until(async () => (await outcomes()).every(kind => kind !== undefined));

    expect(await outcomes()).toEqual([...missed.slice(1).map(() => 'skipped'), 'success']);
    await records.close();
  });
});
