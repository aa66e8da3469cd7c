import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import { bullmq } from '../../lib/bullmq/index.js';
import { UnsettledHandlers } from '../../lib/executor/unsettled.handlers.js';
import { COMMON_DRAWS } from '../../lib/policy/draws.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { StopHooks } from '../../lib/task/stop.hooks.js';
import type { TaskDefinition } from '../../lib/task/task.definition.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import { systemClock } from '../../lib/time/clock.js';
import { describeEngine } from '../contract/engine.contract.js';
import { ownPrefix, SERVERS, until } from './servers/server.js';

describe.each(SERVERS)('on $name', ({ name: serverName, some }) => {
  let server: Awaited<ReturnType<typeof some>>;

  beforeAll(async () => (server = await some()), 120_000);
  afterAll(() => server.end());

  describeEngine(`the engine on ${serverName}`, async () => {
    const clock = systemClock({ keepAlive: false });
    const events: StsEvent[] = [];
    const tasks = new Map<string, TaskDefinition>();
    const { engine, store } = bullmq({ connection: server.url, prefix: ownPrefix() }).create({
      clock,
      draws: COMMON_DRAWS,
      stopHooks: new StopHooks(),
      onReturn: () => undefined,
      record: event => void events.push(event),
      unsettled: new UnsettledHandlers(),
      node: 'host:1',
      limits: { process: null, groups: new Map() },
      groupThresholds: new Map(),
      find: name => tasks.get(name),
      onTaken: () => undefined,
      onLost: () => undefined,
    });
    const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
    return {
      engine,
      events,
      task(name, handler, options = {}) {
        const raw = { name, place: name, owner: {}, handler, declarations: [{ where: name, options }] };
        const task = resolver.resolve(raw);
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
