import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { bullmq } from '../../lib/bullmq/index.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { TaskDefinition } from '../../lib/task/task.definition.js';
import { systemClock } from '../../lib/time/clock.js';
import { describeEngine } from '../contract/engine.contract.js';
import { hostOf, taskOf } from './engine.host.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

describe.each(SERVERS)('on $name', ({ name: serverName, some }) => {
  let server: Awaited<ReturnType<typeof some>>;

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());

  describeEngine(`the engine on ${serverName}`, async (limits = { process: null, groups: new Map() }) => {
    const clock = systemClock({ keepAlive: false });
    const events: StsEvent[] = [];
    const tasks = new Map<string, TaskDefinition>();
    const { engine, store } = bullmq({ connection: server.url, prefix: ownPrefix() }).create(
      hostOf({ clock, limits, record: event => void events.push(event), find: name => tasks.get(name) }),
    );
    return {
      engine,
      events,
      task(name, handler, options = {}) {
        const task = taskOf(name, options, handler);
        engine.check!(task);
        tasks.set(name, task);
        return task;
      },
      now: clock.now,
      advanceBy: ms => wait(ms),
      until: isTrue => until(isTrue),
      isShared: true,
      async close() {
        await engine.stop({ running: 'abort', timeoutMs: 25_000 });
        await store.close!();
      },
    };
  });
});
