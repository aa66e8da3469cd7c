import { setImmediate as turn } from 'node:timers/promises';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { TaskTable } from '../task/task.table.js';
import type { ScheduleView } from './api.views.js';
import { dueInstants, STEP_MS, type Span } from './due.instants.js';

export interface ScheduleHost {
  readonly registry: SchedulerRegistry;
  readonly table: TaskTable;
}

/** Of one task so many instants are asked for, and of many tasks together so many; what follows them is estimated. */
const MOST_OF_A_TASK = 1_500;
const LEAST_OF_A_TASK = 30;
const MOST_OF_ALL = 200_000;
const MOST_PEAKS = 10;
const MOST_NAMES = 20;
/** The event loop has its turn after so many instants. */
const ASKED_A_TURN = 2_000;
/** What runs more often than a few times an hour meets everything. */
const RARE = 100;

/** What is due from `from` on and before `to` (epoch ms): in each minute, and where tasks meet. */
export async function scheduleOf(host: ScheduleHost, from: number, to: number): Promise<ScheduleView> {
  const counts = Array.from({ length: Math.ceil((to - from) / STEP_MS) }, () => 0);
  const add = (at: number, count: number) => void (counts[Math.floor((at - from) / STEP_MS)]! += count);
  const meeting = new Map<number, string[]>();
  const tasks = [];
  const due = dueTasks(host, { from, to });
  const most = Math.min(MOST_OF_A_TASK, Math.max(LEAST_OF_A_TASK, Math.floor(MOST_OF_ALL / due.length)));
  let asked = 0;
  for (const { task, span } of due) {
    const { instants, estimated } = dueInstants(task, span, most);
    for (const at of instants) add(at, 1);
    for (const [at, count] of estimated) add(at, count);
    const isEstimate = estimated.size > 0;
    if (!isEstimate && instants.length <= RARE) for (const at of instants) meet(meeting, at, task.name);
    const count = [...estimated.values()].reduce((sum, more) => sum + more, instants.length);
    tasks.push({ name: task.name, count, isEstimate });
    asked += instants.length + estimated.size;
    if (asked > ASKED_A_TURN) {
      asked = 0;
      await turn();
    }
  }
  return { from, to, stepMs: STEP_MS, counts, peaks: peaksOf(meeting), tasks };
}

interface DueTask {
  readonly task: TaskDefinition;
  readonly span: Span;
}

/** What is due at all; of a pause that may end by itself, from then on. */
function dueTasks({ registry, table }: ScheduleHost, { from, to }: Span): readonly DueTask[] {
  return table.all().flatMap(task => {
    const { paused, disabledBy, nextAt } = registry.get(task.name);
    if (disabledBy !== null || nextAt === null) return [];
    const since = paused === null ? from : Math.max(from, paused.until ?? Infinity);
    return since < to ? [{ task, span: { from: since, to } }] : [];
  });
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
