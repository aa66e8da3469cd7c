import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { ClusterPauses } from '../../lib/bullmq/cluster.pauses.js';
import { ClusterThresholds } from '../../lib/bullmq/cluster.thresholds.js';
import { Connections } from '../../lib/bullmq/connections.js';
import { Controls } from '../../lib/bullmq/controls.js';
import { tripId } from '../../lib/bullmq/fact.ids.js';
import type { EventOf } from '../../lib/run/run.events.js';
import { member, type Member } from './cluster.js';
import { hostOf, taskOf } from './engine.host.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

describe.each(SERVERS)('an error threshold of processes that share $name', ({ some }) => {
  let server: Awaited<ReturnType<typeof some>>;
  let prefix: string;
  const members: Member[] = [];

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());
  beforeEach(() => (prefix = ownPrefix()));
  afterEach(async () => {
    await Promise.all(members.splice(0).map(({ core }) => core.close()));
  });

  function process(more = {}): Member {
    const made = member({ connection: server.url, prefix }, more);
    members.push(made);
    return made;
  }
  const told = <T extends 'paused' | 'resumed' | 'errorThresholdReached'>({ events }: Member, type: T) =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const fails = () => {
    throw new Error('boom');
  };

  it('counts the failures of all of them, and one says that it is reached', async () => {
    const groups = { reports: { errorThreshold: { failures: 2, action: 'pause' } } };
    const [a, b] = [process({ groups }), process({ groups })];
    // Each runs on one of them only.
    a.scheduler.addTask({ name: 'x', run: fails }, { group: 'reports' });
    b.scheduler.addTask({ name: 'y', run: fails }, { group: 'reports' });
    await Promise.all([a.scheduler.run(), b.scheduler.run()]);

    for (const [each, name] of [
      [a, 'x'],
      [b, 'y'],
    ] as const) {
      const run = await each.registry.trigger(name);
      await run.finished();
    }

    await until(() => a.registry.get('x').paused !== null && b.registry.get('y').paused !== null);
    expect(a.registry.get('x').paused).toMatchObject({
      reason: '2 failures in a row',
      scope: { group: 'reports' },
    });
    expect([a, b].flatMap(each => told(each, 'errorThresholdReached'))).toMatchObject([{ failures: 2 }]);
  });

  it('lets one run of all of them try after each pause, until one succeeds', async () => {
    const all = [process(), process(), process()];
    let isBroken = true;
    let calls = 0;
    const run = () => {
      calls++;
      if (isBroken) fails();
    };
    for (const { scheduler } of all) {
      const errorThreshold = { failures: 2, action: 'pause', resumeAfter: '700ms' } as const;
      scheduler.addTask({ name: 'job', run }, { every: 250, overlap: 'allowAll', errorThreshold });
      await scheduler.run();
    }
    const [a] = all as [Member];

    // Each pause but the first follows a trial.
    await until(() => told(a, 'paused').length === 1);
    const first = calls;
    await until(() => told(a, 'paused').length === 4);
    const tried = calls - first;
    isBroken = false;
    await until(() => all.every(each => told(each, 'resumed').length === 1));
    const before = calls;
    await until(() => calls > before + 3);

    expect(tried).toBe(3);
    expect(all.flatMap(each => told(each, 'errorThresholdReached'))).toHaveLength(1);
    const reasons = all.flatMap(each => told(each, 'resumed').map(({ reason }) => reason));
    expect(reasons.toSorted()).toEqual(['a run succeeded', 'in another process', 'in another process']);
  });

  it('lets the next one try when nobody knows any more what became of the first', async () => {
    const { server: place } = parseBullmqOptions({ connection: server.url, prefix });
    const task = taskOf('job', { errorThreshold: { failures: 1, action: 'pause', resumeAfter: '1s' } });
    const some = () => {
      const host = hostOf({ find: () => task });
      const connections = new Connections(place, host);
      onTestFinished(() => connections.end());
      const controls = new Controls({ connections, clock: host.clock });
      const pauses = new ClusterPauses({ ...host, controls });
      return { controls, thresholds: new ClusterThresholds({ ...host, connections, controls, pauses }) };
    };
    const [a, b] = [some(), some()];
    const scope = { task: 'job' };
    const trip = { scope, since: Date.now() - 2_000, reason: 'it failed', until: Date.now() - 1_000 };
    await a.controls.set({ id: tripId(scope), kind: 'trip', data: trip });
    await b.controls.read();

    const answers = await Promise.all([a.thresholds.mayTry(task, 'r1'), b.thresholds.mayTry(task, 'r2')]);
    const later = await a.thresholds.mayTry(task, 'r3');
    const again = await b.thresholds.mayTry(task, 'r3');

    expect(answers.filter(Boolean)).toHaveLength(1);
    // Neither has a record; one that asks again, in whichever process, is still the one that tries.
    expect([later, again]).toEqual([true, true]);
  });
});
