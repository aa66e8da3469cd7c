import type { RunMark, TaskView } from '../../../lib/dashboard/api.views.js';

/** A run that ended well, but for what a test says. */
export function mark(more: Partial<RunMark> = {}): RunMark {
  const dueAt = more.dueAt ?? 0;
  return {
    id: `run@${dueAt}`,
    task: 'Tasks.one',
    cause: 'schedule',
    dueAt,
    startedAt: dueAt,
    endedAt: dueAt,
    outcome: 'success',
    attempts: 1,
    count: 1,
    lastDueAt: dueAt,
    ...more,
  };
}

export function taskView(more: Partial<TaskView> = {}, recent: readonly RunMark[] = []): TaskView {
  return {
    name: 'Tasks.one',
    group: null,
    triggers: ['every 10s'],
    nextAt: null,
    disabledBy: null,
    running: 0,
    waiting: 0,
    paused: null,
    overlap: 'skip',
    jitterMs: 0,
    timeoutMs: null,
    retries: 0,
    hasPayload: false,
    lastRun: null,
    stats: { runs: recent.length, skips: 0, successRate: null, p50Ms: null, p95Ms: null, recent },
    ...more,
  };
}
