import type { Submission } from '../engine/engine.js';
import { MOST_COUNTED } from '../trigger/stretch.js';
import { nextOf } from '../trigger/upcoming.js';

/**
 * The submission of each instant that one covers, from `oldest` (epoch ms) on: processes that were blocked at different
 * times cover different stretches, and each instant has one record.
 */
export function instantsOf(submission: Submission, oldest: number): readonly Submission[] {
  const { verdict, task, dueAt } = submission;
  if (verdict.kind === 'run' || verdict.lastDueAt === dueAt) return dueAt < oldest ? [] : [submission];
  const all: Submission[] = [];
  let at: number | null = dueAt < oldest ? nextOf(task.triggers, oldest - 1) : dueAt;
  while (at !== null && at <= verdict.lastDueAt && all.length < MOST_COUNTED) {
    const one = { ...verdict, count: 1, lastDueAt: at };
    const id = at === dueAt ? submission.id : `${task.name}@${at}`;
    all.push({ ...submission, id, dueAt: at, verdict: one });
    at = nextOf(task.triggers, at);
  }
  return all;
}
