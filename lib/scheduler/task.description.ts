import type { Pause } from '../policy/pause.js';
import type { Scope } from '../run/scope.js';
import type { Overlap } from '../policy/overlap.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';

/** A task as the registry shows it. */
export interface TaskDescription {
  readonly name: string;
  readonly group: string | null;
  /** In words, such as `every 10s`; none for a task that is triggered by hand only. */
  readonly triggers: readonly string[];
  /** Epoch ms; `null` when nothing is due any more. */
  readonly nextAt: number | null;
  /**
   * The place of the configuration because of which nothing of it runs by schedule, such as `ReportTasks.nightly: @Cron`
   * when that is `'-'`, `StsModule.forRoot(): only`, or `STS_ENABLED`; `null` = none. A function for `enabled` is not
   * asked.
   */
  readonly disabledBy: string | null;
  /** How many of its runs go on in this process, waits for a retry included. */
  readonly running: number;
  /** How many of its runs wait to start in this process: for their jitter, an earlier run, or a limit. */
  readonly waiting: number;
  /** Why what is due of it, or of its group, is skipped; `null` when it is not paused. */
  readonly paused: (Pause & { readonly scope: Scope }) | null;
  readonly overlap: Overlap;
  /** In ms; `null` = none. */
  readonly timeoutMs: number | null;
  /** How many attempts may follow a failed one. */
  readonly retries: number;
}

/** How it stands with a task. */
export interface TaskState {
  /** Epoch ms. */
  readonly now: number;
  readonly running: number;
  readonly waiting: number;
  readonly paused: TaskDescription['paused'];
  /** Whether nothing of it is due any more. */
  readonly isDone: boolean;
}

/** Describes a task as it stands. */
export function describeTask(
  task: TaskDefinition,
  { now, running, waiting, paused, isDone }: TaskState,
): TaskDescription {
  const { name, group, overlap, timeoutMs, disabledBy } = task;
  const setAside = task.setAside.map(({ trigger }) => trigger);
  const triggers = [...task.triggers, ...setAside].map(String);
  const nextAt = isDone ? null : nextOf(task.triggers, now);
  return {
    name,
    group,
    triggers,
    nextAt,
    disabledBy,
    running,
    waiting,
    paused,
    overlap,
    timeoutMs,
    retries: task.retry.retries,
  };
}
