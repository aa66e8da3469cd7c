import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { Connections } from '../../lib/bullmq/connections.js';
import { Lines } from '../../lib/bullmq/lines.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { member, type Member } from './cluster.js';
import { hostOf } from './engine.host.js';
import { ownPrefix, SERVERS } from './servers/server.js';

describe.each(SERVERS)('runs that wait for others in processes that share $name', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let prefix: string;
  const members: Member[] = [];

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => (prefix = ownPrefix()));
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ core }) => core.close()));
  });

  it('hold as many places as there are, each until it leaves', async () => {
    const { server: place } = parseBullmqOptions({ connection: server.url, prefix });
    const connections = new Connections(place, hostOf({}));
    onTestFinished(() => connections.end());
    const lines = new Lines(connections);
    const take = (id: string) => lines.take('task job', id, 2);

    const took = [await take('a'), await take('b'), await take('c'), await take('b')];
    await lines.leave('task job', 'a');
    const later = [await take('c'), await take('d'), await lines.taken('task job')];

    expect(took).toEqual([[], [], ['a', 'b'], []]);
    expect(later).toEqual([[], ['c', 'b'], 2]);
  });

  it('stand in the line in the order in which they came, once', async () => {
    const { server: place } = parseBullmqOptions({ connection: server.url, prefix });
    const connections = new Connections(place, hostOf({}));
    onTestFinished(() => connections.end());
    const lines = new Lines(connections);

    for (const id of ['a', 'b', 'c', 'a', 'd']) await lines.enter('task job', id, 2);
    const first = await lines.first('task job', 3);
    await lines.leave('task job', 'a');

    expect([first, await lines.first('task job', 3)]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'd'],
    ]);
  });

  it.each<[TaskOptions, number]>([
    [{ overlap: 'bufferAll' }, 1],
    [{ overlap: 'allowAll', concurrency: 2 }, 2],
    [{ overlap: 'allowAll', group: 'g' }, 3],
  ])('never go on beside more than may, however many come at once: %o', async (options, limit) => {
    let [active, most] = [0, 0];
    const run = async () => {
      most = Math.max(most, ++active);
      await wait(10);
      active--;
    };
    const all = [1, 2, 3].map(() =>
      member({ connection: server.url, prefix }, { groups: { g: { concurrency: 3 } } }),
    );
    members.push(...all);
    for (const { scheduler } of all) {
      scheduler.addTask({ name: 'job', run }, options);
      await scheduler.run();
    }

    const runs = await Promise.all(Array.from({ length: 60 }, (_, i) => all[i % 3]!.registry.trigger('job')));
    const finished = await Promise.all(runs.map(each => each.finished()));

    expect(finished.filter(({ outcome }) => outcome.kind === 'success')).toHaveLength(60);
    expect(most).toBeLessThanOrEqual(limit);
  });
});
