import { hasAny, isAmong } from './fires.js';
import { isoOf } from '../time/local.time.js';
import type { PlannedCollision } from './plan.changes.js';
import type { FirePlan, TaskPlan } from './plan.js';

/**
 * The pairs of tasks that were never due together and are now: a task that moves meets others, while one that was
 * always due each minute is no news.
 *
 * @param addedOf the instants (epoch ms) at which a task is due and was not.
 */
export function collisionsOf(
  before: FirePlan,
  after: FirePlan,
  addedOf: (task: string) => readonly number[],
): readonly PlannedCollision[] {
  const collisions: PlannedCollision[] = [];
  after.tasks.forEach((task, i) => {
    for (const other of after.tasks.slice(i + 1)) {
      const meetings = newMeetings(task, other, addedOf);
      if (meetings.length === 0 || haveMet(before, task.name, other.name)) continue;
      const tasks = [task.name, other.name] as const;
      collisions.push({ tasks, count: meetings.length, first: isoOf(meetings[0]!) });
    }
  });
  return collisions;
}

function newMeetings(a: TaskPlan, b: TaskPlan, addedOf: (task: string) => readonly number[]) {
  const ofA = addedOf(a.name).filter(at => isAmong(b.fires, at));
  const known = new Set(ofA);
  const ofB = addedOf(b.name).filter(at => !known.has(at) && isAmong(a.fires, at));
  return ofA.length === 0 || ofB.length === 0 ? [...ofA, ...ofB] : [...ofA, ...ofB].sort((x, y) => x - y);
}

function haveMet(plan: FirePlan, name: string, otherName: string): boolean {
  const firesOf = (wanted: string) => plan.tasks.find(task => task.name === wanted)?.fires ?? [];
  const others = firesOf(otherName);
  return firesOf(name).some(fires => hasAny(fires, at => isAmong(others, at)));
}
