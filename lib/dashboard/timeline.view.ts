import { setImmediate as turn } from 'node:timers/promises';
import type { Run } from '../run/run.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { RunMark, TimelineView } from './api.views.js';
import { markOf } from './run.views.js';

/** A lane is not wider than this many marks. */
const MOST_OF_A_TASK = 200;
/** Of all tasks together: lanes with more marks than others lose their oldest. */
const MOST_OF_ALL = 10_000;
/** The event loop has its turn after so many runs. */
const READ_A_TURN = 2_000;

/** The runs of all tasks that touch a time, epoch ms. */
export async function timelineOf(
  registry: SchedulerRegistry,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): Promise<Omit<TimelineView, 'now'>> {
  const cut = new Set<string>();
  const lanes: (readonly RunMark[])[] = [];
  let read = 0;
  for (const { name } of registry.list()) {
    const { items, nextCursor } = await registry.runs(name, { limit: MOST_OF_A_TASK });
    const touching = items.filter(run => run.dueAt < to && endOf(run, now) >= from);
    if (touching.length > 0) lanes.push(touching.map(markOf));
    if (nextCursor !== null && items.at(-1)!.dueAt >= from) cut.add(name);
    read += items.length;
    if (read > READ_A_TURN) {
      read = 0;
      await turn();
    }
  }
  const most = fairShare(lanes.map(({ length }) => length));
  for (const lane of lanes) if (lane.length > most) cut.add(lane[0]!.task);
  const items = lanes.flatMap(lane => lane.slice(0, most)).sort((a, b) => a.dueAt - b.dueAt);
  return { from, to, asOf: now, items, cut: [...cut] };
}

/** How many marks each lane may have so that all of them together are not too many; short ones keep all. */
function fairShare(lengths: readonly number[]): number {
  let share = MOST_OF_A_TASK;
  const total = () => lengths.reduce((sum, length) => sum + Math.min(length, share), 0);
  while (share > 1 && total() > MOST_OF_ALL) share = Math.floor(share * 0.9);
  return share;
}

function endOf({ endedAt, outcome }: Run, now: number): number {
  const end = endedAt ?? now;
  return outcome?.kind === 'skipped' ? Math.max(outcome.lastDueAt, end) : end;
}
