import { RUN, skipOf, type Ruling } from '../engine/missed.instants.js';
import { isEnabled, type TermsHost } from '../engine/terms.js';
import type { Run } from '../run/run.js';
import type { SkipReason } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';

/** What is known when a process takes up the runs of another. */
export interface Takeover {
  /** Epoch ms. */
  readonly now: number;
  /** Whether a later instant runs, which may stand for those that waited. */
  readonly isRunLater: boolean;
}

/**
 * What becomes of the runs of a task that were accepted and had not started when their process died: the same as of
 * instants that nobody saw. One for each of them, in their order.
 */
export function waitedRulings(
  task: TaskDefinition,
  waited: readonly Run[],
  { now, isRunLater }: Takeover,
  host: TermsHost,
): readonly Ruling[] {
  if (waited.length === 0) return [];
  const { catchUpMs, misfire } = task;
  const oldest = catchUpMs === null ? Infinity : now - catchUpMs;
  const isOn = task.triggers.length > 0 && isEnabled(task, host);
  const latest = Math.max(...waited.map(({ dueAt }) => dueAt));
  return waited.map(({ dueAt }): Ruling => {
    if (dueAt < oldest) return skip(dueAt, 'down', 'it waited when its process ended');
    if (!isOn) return skip(dueAt, 'disabled');
    if (misfire === 'skip') return skip(dueAt, 'misfire');
    if (misfire === 'all') return { dueAt, verdict: { kind: 'run', isInTurn: true } };
    return dueAt === latest && !isRunLater ? { dueAt, verdict: RUN } : skip(dueAt, 'coalesced');
  });
}

function skip(dueAt: number, reason: SkipReason, detail: string | null = null): Ruling {
  return { dueAt, verdict: skipOf(dueAt, reason, detail) };
}
