import type { RunMark, TaskView } from '../api.views.js';

/** How it stands with a task, the most pressing first. */
export const STATUSES = ['failing', 'late', 'running', 'waiting', 'paused', 'disabled', 'ok', 'new'] as const;

export type TaskStatus = (typeof STATUSES)[number];

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  failing: 'Failing',
  late: 'Late',
  running: 'Running',
  waiting: 'Waiting',
  paused: 'Paused',
  disabled: 'Off',
  ok: 'Healthy',
  new: 'Not run yet',
};

export const LATE_MS = 5_000;

/** All that is true of a task at once: it may run, and have failed the time before. */
export function statusesOf(task: TaskView, now: number): ReadonlySet<TaskStatus> {
  const found = new Set<TaskStatus>();
  const last = lastEnded(task);
  if (last !== undefined && isFailure(last.outcome)) found.add('failing');
  if (isLate(task, now)) found.add('late');
  if (task.running > 0) found.add('running');
  if (task.waiting > 0) found.add('waiting');
  if (task.paused !== null) found.add('paused');
  if (task.disabledBy !== null) found.add('disabled');
  if (found.size === 0) found.add(last === undefined ? 'new' : 'ok');
  return found;
}

/** What a task is shown as: what somebody switched off first, for nothing else is expected of it. */
export function mainStatus(task: TaskView, now: number): TaskStatus {
  const all = statusesOf(task, now);
  if (all.has('disabled')) return 'disabled';
  if (all.has('paused')) return 'paused';
  return STATUSES.find(status => all.has(status)) ?? 'ok';
}

export function countStatuses(tasks: readonly TaskView[], now: number): Readonly<Record<TaskStatus, number>> {
  const counts = Object.fromEntries(STATUSES.map(status => [status, 0])) as Record<TaskStatus, number>;
  for (const task of tasks) for (const status of statusesOf(task, now)) counts[status] += 1;
  return counts;
}

export const isFailure = (outcome: RunMark['outcome']): boolean =>
  outcome === 'failure' || outcome === 'timeout' || outcome === 'abandoned';

function lastEnded({ stats }: TaskView): RunMark | undefined {
  return stats.recent.findLast(({ outcome }) => outcome !== null && outcome !== 'skipped');
}

/** Its next instant has passed, or its newest scheduled run began more than 5 s after it was due; jitter is meant. */
function isLate({ nextAt, stats, paused, disabledBy, jitterMs }: TaskView, now: number): boolean {
  if (paused !== null || disabledBy !== null) return false;
  if (nextAt !== null && now - nextAt > LATE_MS + jitterMs) return true;
  const newest = stats.recent.findLast(({ cause, outcome }) => cause === 'schedule' && outcome !== 'skipped');
  if (newest === undefined) return false;
  return (newest.startedAt ?? now) - newest.dueAt > LATE_MS + jitterMs;
}
