import type { EngineHost } from '../../lib/engine/shared.engine.js';
import { UnsettledHandlers } from '../../lib/executor/unsettled.handlers.js';
import { COMMON_DRAWS } from '../../lib/policy/draws.js';
import type { Handler, TaskDefinition } from '../../lib/task/task.definition.js';
import type { TaskOptions } from '../../lib/task/task.options.js';
import { StopHooks } from '../../lib/task/stop.hooks.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';
import { systemClock } from '../../lib/time/clock.js';

/** What an engine is made with, where there is no scheduler around it. */
export function hostOf(more: Partial<EngineHost>): EngineHost {
  return {
    clock: systemClock({ keepAlive: false }),
    draws: COMMON_DRAWS,
    stopHooks: new StopHooks(),
    unsettled: new UnsettledHandlers(),
    onCall: () => undefined,
    onReturn: () => undefined,
    record: () => undefined,
    node: 'host:1',
    limits: { process: null, groups: new Map() },
    groupThresholds: new Map(),
    find: () => undefined,
    onTaken: () => undefined,
    onLost: () => undefined,
    ...more,
  };
}

export function taskOf(
  name: string,
  options: object = {},
  handler: Handler = () => undefined,
): TaskDefinition {
  const declarations = [{ where: name, options: options as TaskOptions }];
  const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
  return resolver.resolve({ name, place: name, owner: {}, handler, declarations });
}
