import type { Skip, Submission } from '../engine/engine.js';
import { instantRunId } from '../run/run.js';
import { lastOf, stretchOf } from '../trigger/stretch.js';
import { nextOf } from '../trigger/upcoming.js';

/** Of a stretch that is longer, the older instants have one record together: nobody else looked after them either. */
export const MOST_SINGLE = 1_000;

/**
 * The submission of each instant that one covers, from `oldest` (epoch ms) on: processes that were blocked at different
 * times cover different stretches, and each instant has one record.
 */
export function instantsOf(submission: Submission, oldest: number): readonly Submission[] {
  const { verdict, task, dueAt } = submission;
  if (verdict.kind === 'run' || verdict.lastDueAt === dueAt) return dueAt < oldest ? [] : [submission];
  const first = dueAt < oldest ? nextOf(task.triggers, oldest - 1) : dueAt;
  if (first === null || first > verdict.lastDueAt) return [];
  const single = [verdict.lastDueAt];
  while (single.length < MOST_SINGLE && single.at(-1)! > first) {
    single.push(lastOf(task.triggers, first, single.at(-1)! - 1));
  }
  const last = single.at(-1)!;
  const id = (at: number) => (at === dueAt ? submission.id : instantRunId(task.name, at));
  const all = single.map((at): Submission => {
    return { ...submission, id: id(at), dueAt: at, verdict: { ...verdict, count: 1, lastDueAt: at } };
  });
  if (last === first) return all.toReversed();
  const lastDueAt = lastOf(task.triggers, first, last - 1);
  const { count } = stretchOf(task.triggers, first, lastDueAt);
  const older: Skip = { ...verdict, count, lastDueAt };
  return [{ ...submission, id: id(first), dueAt: first, verdict: older }, ...all.toReversed()];
}
