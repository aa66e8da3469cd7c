import type { TaskDefinition } from '../task/task.definition.js';
import { stretchOf } from '../trigger/stretch.js';
import { DEFAULT_MISFIRE } from '../policy/misfire.js';
import type { Submission, Verdict } from './engine.js';
import type { Due } from './timeline.js';

const RUN: Verdict = Object.freeze({ kind: 'run' });

/** Submits what follows from a due instant: a run, or, of several that were missed, what their task says. */
export function dispatch({ task, dueAt, missedUntil }: Due, submit: (submission: Submission) => void): void {
  if (missedUntil === null) return submit(scheduled(task, dueAt, RUN));
  const { count, last, beforeLast } = stretchOf(task.triggers, dueAt, missedUntil);
  if (DEFAULT_MISFIRE.misfire === 'skip') {
    return submit(scheduled(task, dueAt, { kind: 'skip', reason: 'misfire', count, lastDueAt: last }));
  }
  if (beforeLast !== null) {
    const skipped = { kind: 'skip', reason: 'coalesced', count: count - 1, lastDueAt: beforeLast } as const;
    submit(scheduled(task, dueAt, skipped));
  }
  submit(scheduled(task, last, RUN));
}

function scheduled(task: TaskDefinition, dueAt: number, verdict: Verdict): Submission {
  return { id: `${task.name}@${dueAt}`, task, cause: 'schedule', dueAt, payload: undefined, verdict };
}
