import { setImmediate as turn } from 'node:timers/promises';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { TaskTable } from '../task/task.table.js';
import { nextOf } from '../trigger/upcoming.js';
import type { ScheduleView } from './api.views.js';

export interface ScheduleHost {
  readonly registry: SchedulerRegistry;
  readonly table: TaskTable;
}

const STEP_MS = 60_000;
/** Of one task so many instants are asked for; a rule that names more is taken to go on as it began. */
const MOST_ASKED = 1_500;
const MOST_PEAKS = 10;
const MOST_NAMES = 20;
/** The event loop has its turn after so many instants. */
const ASKED_A_TURN = 5_000;

/** What is due from `from` on and before `to` (epoch ms): in each minute, and where tasks meet. */
export async function scheduleOf(host: ScheduleHost, from: number, to: number): Promise<ScheduleView> {
  const counts = Array.from({ length: Math.ceil((to - from) / STEP_MS) }, () => 0);
  const meeting = new Map<number, string[]>();
  const tasks = [];
  let asked = 0;
  for (const task of dueTasks(host)) {
    const { instants, total, isEstimate } = instantsOf(task, from, to);
    for (const at of instants) counts[Math.floor((at - from) / STEP_MS)]! += 1;
    if (isEstimate) goOn(counts, { instants, total, from });
    // What runs more often than a few times an hour meets everything.
    else if (instants.length <= RARE) for (const at of instants) meet(meeting, at, task.name);
    tasks.push({ name: task.name, count: total, isEstimate });
    asked += instants.length;
    if (asked > ASKED_A_TURN) {
      asked = 0;
      await turn();
    }
  }
  return { from, to, stepMs: STEP_MS, counts, peaks: peaksOf(meeting), tasks };
}

const RARE = 100;

function dueTasks({ registry, table }: ScheduleHost): readonly TaskDefinition[] {
  const isDue = (name: string) => {
    const { paused, disabledBy, nextAt } = registry.get(name);
    return paused === null && disabledBy === null && nextAt !== null;
  };
  return table.all().filter(({ name }) => isDue(name));
}

function instantsOf({ triggers }: TaskDefinition, from: number, to: number) {
  const instants: number[] = [];
  for (let at = nextOf(triggers, from - 1); at !== null && at < to; at = nextOf(triggers, at)) {
    instants.push(at);
    if (instants.length < MOST_ASKED) continue;
    const perMs = MOST_ASKED / (at - from + 1);
    return { instants, total: Math.round(perMs * (to - from)), isEstimate: true };
  }
  return { instants, total: instants.length, isEstimate: false };
}

/** Spreads what was not asked for over the rest of the time. */
function goOn(
  counts: number[],
  {
    instants,
    total,
    from,
  }: { readonly instants: readonly number[]; readonly total: number; readonly from: number },
): void {
  const first = Math.floor((instants.at(-1)! - from) / STEP_MS) + 1;
  const steps = counts.length - first;
  for (let step = first; step < counts.length; step++) {
    counts[step]! += Math.round((total - instants.length) / steps);
  }
}

function meet(meeting: Map<number, string[]>, at: number, name: string): void {
  const names = meeting.get(at);
  if (names === undefined) meeting.set(at, [name]);
  else names.push(name);
}

function peaksOf(meeting: ReadonlyMap<number, readonly string[]>): ScheduleView['peaks'] {
  return [...meeting]
    .filter(([, names]) => names.length > 1)
    .toSorted(([atA, a], [atB, b]) => b.length - a.length || atA - atB)
    .slice(0, MOST_PEAKS)
    .map(([at, names]) => ({ at, count: names.length, tasks: names.slice(0, MOST_NAMES) }));
}
