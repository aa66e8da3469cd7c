import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Handler } from '../../lib/task/task.definition.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { member, type Member } from './cluster.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

/** As a handler does that takes long, and obeys. */
const obeys: Handler = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe.each(SERVERS)('a run that another process cancels, on $name,', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let prefix: string;
  const members: Member[] = [];

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => (prefix = ownPrefix()));
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ core }) => core.close()));
  });

  /** One that takes no runs until it is started. */
  function process(run: Handler, options: TaskOptions = {}): Member {
    const made = member({ connection: server.url, prefix });
    members.push(made);
    made.scheduler.addTask({ name: 'job', run: run as never }, options);
    return made;
  }
  const began = ({ events }: Member) => events.some(({ type }) => type === 'runStarted');

  it('ends through its signal, for the reason that was given', async () => {
    const [a, b] = [process(obeys), process(obeys)];
    await b.scheduler.run();
    const run = await a.registry.trigger('job');
    await until(() => began(b));

    const cancelled = await a.registry.cancel(run.id, 'not needed');

    expect(cancelled).toBe(true);
    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'not needed' });
    expect(await a.registry.cancel(run.id, 'again')).toBe(false);
    expect(await a.registry.cancel('job#unknown', 'never')).toBe(false);
  });

  it('is given up after 5 s when its handler does not obey', async () => {
    const hangs: Handler = () => new Promise(() => {});
    const [a, b] = [process(hangs), process(hangs)];
    await b.scheduler.run();
    const run = await a.registry.trigger('job');
    await until(() => began(b));

    const at = Date.now();
    await a.registry.cancel(run.id, 'not needed');

    expect((await run.finished()).outcome).toEqual({ kind: 'cancelled', reason: 'not needed' });
    expect(Date.now() - at).toBeGreaterThanOrEqual(4_900);
  });

  it('ends at once while it waits for a retry, and makes no other attempt', async () => {
    let calls = 0;
    const fails: Handler = () => {
      calls++;
      throw new Error('boom');
    };
    const options = { retry: { retries: 3, delay: '1h' } } as const;
    const [a, b] = [process(fails, options), process(fails, options)];
    await b.scheduler.run();
    const run = await a.registry.trigger('job');
    await until(async () => (await a.registry.run(run.id))?.attempts.length === 1);

    await a.registry.cancel(run.id, 'not needed');
    const { outcome, attempts, startedAt, endedAt } = await run.finished();

    expect(outcome).toEqual({ kind: 'cancelled', reason: 'not needed' });
    expect(attempts).toMatchObject([{ number: 1, outcome: { kind: 'failure' } }]);
    expect(startedAt).toBe(attempts[0]!.startedAt);
    expect(endedAt).toBeGreaterThan(attempts[0]!.endedAt);
    expect(calls).toBe(1);
    // It held the slot of its task.
    await a.registry.trigger('job');
    await until(() => calls === 2);
  });

  it('never starts while it waits for a process, and is told by the one that comes', async () => {
    let calls = 0;
    const [a, b] = [process(() => calls++), process(() => calls++)];
    const run = await a.registry.trigger('job');

    const cancelled = await a.registry.cancel(run.id, 'not needed');
    await b.scheduler.run();

    expect(cancelled).toBe(true);
    expect(await run.finished()).toMatchObject({
      outcome: { kind: 'cancelled', reason: 'not needed' },
      startedAt: null,
      attempts: [],
    });
    expect(calls).toBe(0);
    expect(b.events.filter(({ type }) => type.startsWith('run')).map(({ type }) => type)).toEqual([
      'runFinished',
    ]);
  });
});
