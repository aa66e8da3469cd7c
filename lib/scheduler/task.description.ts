import type { Overlap } from '../policy/overlap.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Trigger } from '../trigger/trigger.js';

/** A task as the registry shows it. */
export interface TaskDescription {
  readonly name: string;
  readonly group: string | null;
  /** In words, such as `every 10s`; none for a task that is triggered by hand only. */
  readonly triggers: readonly string[];
  /** Epoch ms; `null` when nothing is due any more. */
  readonly nextAt: number | null;
  /** How many of its runs go on in this process, waits for a retry included. */
  readonly running: number;
  readonly overlap: Overlap;
  /** In ms; `null` = none. */
  readonly timeoutMs: number | null;
  /** How many attempts may follow a failed one. */
  readonly retries: number;
}

/** Describes a task at an instant (epoch ms). */
export function describeTask(task: TaskDefinition, now: number, running: number): TaskDescription {
  const { name, group, overlap, timeoutMs } = task;
  const triggers = task.triggers.map(String);
  const nextAt = upcoming(task.triggers, now, 1)[0] ?? null;
  return { name, group, triggers, nextAt, running, overlap, timeoutMs, retries: task.retry.retries };
}

/** The next instants of several triggers together, each once; epoch ms, strictly after `after`. */
export function upcoming(triggers: readonly Trigger[], after: number, count: number): readonly number[] {
  const instants: number[] = [];
  for (let at: number | null = after; instants.length < count;) {
    at = earliest(triggers, at);
    if (at === null) break;
    instants.push(at);
  }
  return instants;
}

function earliest(triggers: readonly Trigger[], after: number): number | null {
  const instants = triggers.map(trigger => nextOf(trigger, after)).filter(at => at !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}

/** A user's trigger that throws names nothing here; the timeline says so when it meets it. */
function nextOf(trigger: Trigger, after: number): number | null {
  try {
    return trigger.next(after);
  } catch {
    return null;
  }
}
