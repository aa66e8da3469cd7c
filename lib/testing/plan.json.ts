import type { Fires } from './fires.js';
import { isoOf, localIsoOf } from '../time/local.time.js';
import type { FirePlan } from './plan.js';

/** A plan for other programs. */
export function planJson({ from, to, tasks }: FirePlan): string {
  const told = tasks.map(task => ({ ...task, fires: task.fires.map(firesJson) }));
  return `${JSON.stringify({ from: isoOf(from), to: isoOf(to), tasks: told }, null, 2)}\n`;
}

function firesJson({ from, to, count, everyMs, zone, change }: Fires) {
  const local = zone === null ? null : { from: localIsoOf(from, zone), to: localIsoOf(to, zone) };
  return { from: isoOf(from), to: isoOf(to), count, everyMs, local, change };
}
