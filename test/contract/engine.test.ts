import { COMMON_DRAWS } from '../../lib/policy/draws.js';
import { setImmediate as turn } from 'node:timers/promises';
import { InProcessEngine } from '../../lib/engine/in-process.engine.js';
import { UnsettledHandlers } from '../../lib/executor/unsettled.handlers.js';
import { DurableMemory } from '../../lib/run/durable.memory.js';
import { StopHooks } from '../../lib/task/stop.hooks.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { describeEngine } from './engine.contract.js';

describeEngine('the in-process engine', async (limits = { process: null, groups: new Map() }) => {
  const clock = new ManualClock();
  const events: StsEvent[] = [];
  const record = (event: StsEvent) => void events.push(event);
  const engine = new InProcessEngine({
    draws: COMMON_DRAWS,
    clock,
    record,
    unsettled: new UnsettledHandlers(),
    stopHooks: new StopHooks(),
    node: 'host:1',
    limits,
    groupThresholds: new Map(),
    memory: new DurableMemory({ durable: undefined, clock, record }),
    onLastRun: () => undefined,
    onCall: () => undefined,
    onReturn: () => undefined,
    onMoreRuns: () => undefined,
  });
  const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
  return {
    engine,
    events,
    task: (name, handler, options = {}) =>
      resolver.resolve({ name, place: name, owner: {}, handler, declarations: [{ where: name, options }] }),
    now: clock.now,
    async advanceBy(ms) {
      const until = clock.now() + ms;
      await turn();
      while (clock.advance(until)) await turn();
    },
    isShared: false,
    async until(isTrue) {
      for (let turns = 0; !isTrue(); turns++) {
        if (turns > 10_000) throw new Error(`Never: ${String(isTrue)}`);
        await turn();
        clock.advance(clock.now() + 1);
      }
    },
    close: async () => void (await turn()),
  };
});
