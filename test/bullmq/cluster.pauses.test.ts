import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { member, type Member } from './cluster.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

describe.each(SERVERS)('a pause of processes that share $name', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let prefix: string;
  const members: Member[] = [];

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => (prefix = ownPrefix()));
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ core }) => core.close()));
  });

  function process(options: TaskOptions = {}, more: StsModuleOptions = {}): Member {
    const made = member({ connection: server.url, prefix }, { groups: { reports: {} }, ...more });
    members.push(made);
    made.scheduler.addTask({ name: 'poll', run: () => 'done' }, { every: 200, ...options });
    return made;
  }
  const pausedIn = ({ registry }: Member) => registry.get('poll').paused;

  it('is known to all of them, and to those that start later, with its reason', async () => {
    const [a, b] = [process(), process()];
    await Promise.all([a.scheduler.run(), b.scheduler.run()]);

    await a.registry.pause('poll', 'broken');
    await until(() => pausedIn(b) !== null, 5_000);
    const late = process();
    await late.scheduler.run();

    for (const each of [a, b, late]) {
      expect(pausedIn(each)).toMatchObject({ reason: 'broken', until: null, scope: { task: 'poll' } });
    }
    const told = ({ events }: Member) => events.filter(({ type }) => type === 'paused');
    expect([a, b, late].map(each => told(each).length)).toEqual([1, 1, 0]);
  });

  it('skips each instant once, whichever process names it, until any of them resumes', async () => {
    const all = [process(), process(), process()];
    await Promise.all(all.map(({ scheduler }) => scheduler.run()));
    const [a, b, c] = all as [Member, Member, Member];
    await a.registry.pause('poll', 'broken');
    await until(() => all.every(each => pausedIn(each) !== null), 5_000);
    const from = Date.now();
    await until(() => Date.now() > from + 1_500);

    const to = Date.now();
    await b.registry.resume('poll', 'mended');
    await until(() => all.every(each => pausedIn(each) === null), 5_000);
    const resumed = Date.now();
    await until(() => Date.now() > resumed + 1_000);

    const { items } = await c.registry.runs('poll', { limit: 1_000 });
    const reasonsOf = (after: number, before: number) =>
      items
        .filter(({ dueAt }) => dueAt > after && dueAt < before)
        .map(({ outcome }) => (outcome?.kind === 'skipped' ? outcome.reason : outcome?.kind));
    expect(reasonsOf(from, to).length).toBeGreaterThanOrEqual(6);
    expect(new Set(reasonsOf(from, to))).toEqual(new Set(['paused']));
    expect(reasonsOf(resumed, resumed + 900)).toContain('success');
    expect(reasonsOf(resumed, resumed + 900)).not.toContain('paused');
    const skipped = all.flatMap(({ events }) =>
      events.flatMap(event => (event.type === 'runSkipped' ? event.run.dueAt : [])),
    );
    expect(new Set(skipped).size).toBe(skipped.length);
    const paused = items.find(({ dueAt }) => dueAt > from && dueAt < to)!;
    expect(paused.outcome).toMatchObject({ detail: expect.stringMatching(/^since \S+Z: broken$/) });
    expect((await c.registry.explain('poll', paused.dueAt)).sentence).toMatch(
      /it was paused, since .*: broken/,
    );
    const ended = all.map(({ events }) => events.flatMap(e => (e.type === 'resumed' ? e.reason : [])));
    expect(ended).toEqual([['in another process'], ['mended'], ['in another process']]);
  });

  it('may be of a group; the first who pauses says why, and runs by hand start', async () => {
    const options = { group: 'reports', overlap: 'allowAll' } as const;
    const [a, b] = [process(options), process(options)];
    await Promise.all([a.scheduler.run(), b.scheduler.run()]);

    await Promise.all([
      a.registry.pause({ group: 'reports' }, 'of a'),
      b.registry.pause({ group: 'reports' }, 'of b'),
    ]);
    const byHand = await b.registry.trigger('poll');
    const { outcome } = await byHand.finished();

    expect(outcome).toMatchObject({ kind: 'success' });
    await until(() => pausedIn(a) !== null && pausedIn(b) !== null, 5_000);
    expect(pausedIn(a)).toEqual(pausedIn(b));
    expect(pausedIn(a)).toMatchObject({
      scope: { group: 'reports' },
      reason: expect.stringMatching(/^of [ab]$/),
    });
  });

  it('outlives all of them', async () => {
    const first = process();
    await first.scheduler.run();
    await first.registry.pause('poll', 'broken');
    await first.core.close();

    const next = process();
    await next.scheduler.run();

    expect(pausedIn(next)).toMatchObject({ reason: 'broken' });
  });

  it('leaves a run alone that has begun, its retries too', async () => {
    const a = process();
    let calls = 0;
    const run = () => {
      if (++calls < 2) throw new Error('boom');
      return 'late';
    };
    a.scheduler.addTask({ name: 'job', run }, { every: 500, retry: { retries: 1, delay: '1s' } });
    await a.scheduler.run();
    await until(() => calls === 1);

    await a.registry.pause('job');

    const finished = () => a.events.find(e => e.type === 'runFinished' && e.run.taskName === 'job');
    await until(() => finished() !== undefined);
    expect(finished()).toMatchObject({ run: { outcome: { kind: 'success', result: 'late' } } });
    expect(calls).toBe(2);
  });
});
