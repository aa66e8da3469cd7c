import { missedUntil } from '../policy/misfire.js';
import type { SkipReason } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';

/** Why an instant that comes too late does not run any more; `null` when it does. */
export function lateReason(task: TaskDefinition, dueAt: number, now: number): SkipReason | null {
  if (missedUntil(task, dueAt, now) === null) return null;
  if (task.misfire === 'skip') return 'misfire';
  return (nextOf(task.triggers, dueAt) ?? Infinity) <= now ? 'coalesced' : null;
}
