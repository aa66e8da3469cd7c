import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidOptionError, UnsupportedOptionError } from '../../lib/errors.js';
import type { Run } from '../../lib/run/run.js';
import { member, type Member } from './cluster.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

const instantsOf = (runs: readonly Run[]) => runs.map(({ dueAt }) => dueAt);

describe.each(SERVERS)('processes that share a server, $name,', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let prefix: string;
  const members: Member[] = [];

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => (prefix = ownPrefix()));
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ core }) => core.close()));
  });

  function process(): Member {
    const made = member({ connection: server.url, prefix });
    members.push(made);
    return made;
  }

  it('run each instant once, and each of them knows all of them', async () => {
    const ran: number[] = [];
    const [a, b, c] = [process(), process(), process()];
    const run = ({ dueAt }: { dueAt: number }) => void ran.push(dueAt);
    for (const { scheduler } of [a, b, c]) {
      scheduler.addTask({ name: 'poll', run }, { every: 200 });
      await scheduler.run();
    }

    await until(() => ran.length >= 10);
    await Promise.all([a, b, c].map(({ scheduler }) => scheduler.drain()));

    expect(new Set(ran).size).toBe(ran.length);
    for (const { registry } of [a, b, c]) {
      const { items } = await registry.runs('poll', { limit: 1_000 });
      const finished = items.filter(({ outcome }) => outcome?.kind === 'success');
      expect(instantsOf(finished).toReversed()).toEqual(ran.toSorted((x, y) => x - y));
    }
  });

  it('trigger anywhere, and wait for the end wherever it runs', async () => {
    const [a, b] = [process(), process()];
    for (const { scheduler } of [a, b]) {
      scheduler.addTask({ name: 'job', run: ({ payload }) => ({ got: payload }) }, { overlap: 'allowAll' });
    }
    await a.scheduler.run();
    // It submits, and takes nothing.
    await b.scheduler.run();
    await b.scheduler.drain();
    await b.scheduler.run();

    const runs = await Promise.all([1, 2, 3, 4].map(n => (n % 2 ? a : b).registry.trigger('job', n)));
    const finished = await Promise.all(runs.map(run => run.finished()));

    expect(finished.map(({ outcome }) => outcome)).toEqual(
      [1, 2, 3, 4].map(n => ({ kind: 'success', result: { got: n } })),
    );
    expect((await b.registry.runs('job')).items).toHaveLength(4);
    expect((await a.registry.run(runs[1]!.id))?.outcome?.kind).toBe('success');
  });

  it('keep what a text may hold, as far as the server can', async () => {
    const [a, b] = [process(), process()];
    const run = ({ payload }: { payload: unknown }) => {
      if (payload === 'fail') throw new Error('a \0 and \ud800 in it');
      return `${payload as string}\0\\u0000 \u{1F600}`;
    };
    for (const { scheduler } of [a, b]) scheduler.addTask({ name: 'job', run }, { overlap: 'allowAll' });
    await a.scheduler.run();

    // It takes none of them, so that it knows what is kept.
    const runs = [await b.registry.trigger('job', 'fail'), await b.registry.trigger('job', 'x\0')];
    const [failed, done] = await Promise.all(runs.map(async each => (await each.finished()).outcome));

    expect(failed).toMatchObject({
      kind: 'failure',
      error: { message: expect.stringMatching(/^a . and . in it$/su) },
    });
    expect(done).toMatchObject({ result: expect.stringMatching(/^x..\\u0000 \u{1F600}$/su) });
  });

  it('of two versions leave each other’s tasks alone, and lose no instant, while both run', async () => {
    const [older, newer] = [process(), process()];
    const ran: string[] = [];
    const task = (name: string) => ({
      name,
      run: ({ dueAt }: { dueAt: number }) => void ran.push(`${name}@${dueAt}`),
    });
    older.scheduler.addTask(task('kept'), { every: 200 });
    older.scheduler.addTask(task('re-timed'), { every: 300 });
    older.scheduler.addTask(task('old-name'), { every: 400 });
    newer.scheduler.addTask(task('kept'), { every: 200 });
    newer.scheduler.addTask(task('re-timed'), { every: 500 });
    newer.scheduler.addTask(task('new-name'), { every: 400 });
    await older.scheduler.run();
    await until(() => ran.length >= 4);

    await newer.scheduler.run();
    const both = Date.now();
    await until(() => ran.some(id => id.startsWith('new-name')) && Date.now() > both + 2_000);
    await older.scheduler.drain();
    const alone = Date.now();
    await until(() => ran.filter(id => Number(id.split('@')[1]) > alone).length > 6);
    await newer.scheduler.drain();

    expect(new Set(ran).size).toBe(ran.length);
    const dueOf = (name: string) => ran.filter(id => id.startsWith(name)).map(id => Number(id.split('@')[1]));
    const kept = dueOf('kept').toSorted((a, b) => a - b);
    const { items } = await newer.registry.runs('kept', { limit: 1_000 });
    // None between the first and the last is without a record.
    const recorded = new Set(items.map(({ dueAt }) => dueAt));
    for (let at = kept[0]!; at <= kept.at(-1)!; at += 200) expect(recorded).toContain(at);
    const after = (name: string) => dueOf(name).filter(at => at > alone);
    expect(after('old-name')).toEqual([]);
    expect(after('re-timed').every(at => at % 500 === 0)).toBe(true);
    const failures = [...older.events, ...newer.events].filter(
      event => event.type === 'runFinished' && event.run.outcome!.kind !== 'success',
    );
    expect(failures).toEqual([]);
  });

  it('are listed while they live', async () => {
    const a = process();
    a.scheduler.addTask({ name: 'job', run: () => undefined });
    await a.scheduler.run();

    const nodes = await a.registry.nodes();
    await a.scheduler.drain();
    const later = await a.registry.nodes();

    expect(nodes).toMatchObject([{ version: '0.1.0' }]);
    // It is measured to half the time that the server takes to answer.
    expect(Math.abs(nodes[0]!.clockSkewMs!)).toBeLessThan(2_000);
    expect(later).toEqual([]);
  });
});

describe('what the engine does not honour yet', () => {
  /** It asks no server. */
  const process = (more = {}) => member({ connection: 'redis://127.0.0.1:1' }, more);

  it.each([
    [{ maxRuns: 3 }, /^job: maxRuns expects/],
    [{ priority: 0.5 }, /^job: priority expects a whole number from -1000000 to 1000000 with the engine/],
    [{ misfire: 'all', catchUp: '1h', overlap: 'bufferAll' }, /^job: misfire expects/],
    [{ catchUp: '2d' }, /^job: catchUp expects/],
    [{ misfire: 'all', catchUp: '1h' }, /^job: misfire expects/],
  ] as const)('is refused: %o', (options, message) => {
    const add = () => process().scheduler.addTask({ name: 'job', run: () => undefined }, options);

    expect(add).toThrow(UnsupportedOptionError);
    expect(add).toThrow(message);
  });

  it('refuses a priority within the limit of a group, a run store beside it, and a name that a bundler made', () => {
    const of = (more: object) => () => process(more);

    const limited = process({ groups: { g: { concurrency: 2 } } });
    const ranked = { name: 'job', run: () => undefined };
    expect(() => limited.scheduler.addTask(ranked, { group: 'g', priority: 1 })).toThrow(
      /^job: priority expects none in a group with a concurrency/,
    );
    expect(of({ runStore: { append() {}, find() {}, list() {}, at() {} } })).toThrow(InvalidOptionError);
    class a {
      readonly name = 'a';
      run() {}
    }
    expect(() => process().scheduler.addTask(new a() as never)).toThrow(/^a expects a name that every build/);
  });
});
