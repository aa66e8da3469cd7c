import type { SchedulerView } from './api.views.js';
import type { Dashboard } from './dashboard.js';

/** How it stands with the scheduler and the processes that it has. */
export async function schedulerOf({ registry, clock, core, eventLoop }: Dashboard): Promise<SchedulerView> {
  const { since, due, going, unaccounted, others, outcomes, skipped } = await registry.stats();
  const nodes = await registry.nodes();
  return {
    now: clock.now(),
    isRunning: registry.status().state === 'running',
    eventLoop: eventLoop.read(),
    since,
    due,
    going,
    unaccounted,
    others,
    outcomes,
    skipped,
    nodes: nodes.map(node => ({ ...node, isThis: node.id === core.node })),
  };
}
