import type { TaskView } from '../api.views.js';
import { statusesOf, type TaskStatus } from './task.status.js';

export interface TaskFilter {
  /** Words that must all stand in the name, the group or the rule. */
  readonly text: string;
  /** `null` = any; the empty text = tasks without a group. */
  readonly group: string | null;
  readonly status: TaskStatus | null;
}

export const NO_FILTER: TaskFilter = { text: '', group: null, status: null };

export function filterTasks(
  tasks: readonly TaskView[],
  filter: TaskFilter,
  now: number,
): readonly TaskView[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return tasks.filter(task => {
    const { group, status } = filter;
    if (group !== null && (task.group ?? '') !== group) return false;
    if (status !== null && !statusesOf(task, now).has(status)) return false;
    const text = [task.name, task.group ?? '', ...task.triggers].join('\n').toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** The names of all groups in order. */
export function groupsOf(tasks: readonly TaskView[]): readonly string[] {
  return [...new Set(tasks.flatMap(({ group }) => (group === null ? [] : [group])))].sort();
}
