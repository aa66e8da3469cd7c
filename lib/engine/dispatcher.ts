import { isCoalesced } from '../policy/misfire.js';
import type { Submission, Verdict } from './engine.js';
import type { Due } from './timeline.js';

/** The submission that follows from a due instant, found at `now` (epoch ms). */
export function dispatch({ task, dueAt, nextAt }: Due, now: number): Submission {
  const verdict: Verdict = isCoalesced({ dueAt, nextAt, now })
    ? { kind: 'skip', reason: 'coalesced' }
    : { kind: 'run' };
  return { id: `${task.name}@${dueAt}`, task, cause: 'schedule', dueAt, payload: undefined, verdict };
}
