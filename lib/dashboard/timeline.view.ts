import type { Run } from '../run/run.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { TimelineView } from './api.views.js';
import { markOf } from './run.views.js';

/** A lane is not wider than this many marks. */
const MOST_OF_A_TASK = 200;

/** The runs of all tasks that touch a time, epoch ms. */
export async function timelineOf(
  registry: SchedulerRegistry,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): Promise<TimelineView> {
  const cut: string[] = [];
  const items = [];
  for (const { name } of registry.list()) {
    const page = await registry.runs(name, { limit: MOST_OF_A_TASK });
    const touching = page.items.filter(run => run.dueAt < to && endOf(run, now) >= from);
    items.push(...touching.map(markOf));
    const [oldest] = page.items.slice(-1);
    if (page.nextCursor !== null && oldest!.dueAt >= from) cut.push(name);
  }
  items.sort((a, b) => a.dueAt - b.dueAt);
  return { from, to, now, items, cut };
}

function endOf({ endedAt, outcome }: Run, now: number): number {
  const end = endedAt ?? now;
  return outcome?.kind === 'skipped' ? Math.max(outcome.lastDueAt, end) : end;
}
