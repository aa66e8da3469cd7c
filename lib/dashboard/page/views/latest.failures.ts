import type { RunMark, TaskView } from '../../api.views.js';
import { isFailure } from '../task.status.js';

/** What went wrong of one task, so that one that fails all the time hides no other. */
export interface TaskFailures {
  /** The newest that went wrong. */
  readonly run: RunMark;
  /** How many of the newest runs went wrong. */
  readonly failed: number;
  /** How many those were; skips are none. */
  readonly runs: number;
}

const DAY = 86_400_000;

/** What fails now, or has failed within a day, the newest first. */
export function latestFailures(tasks: readonly TaskView[], now: number): readonly TaskFailures[] {
  return tasks
    .flatMap(({ stats }) => {
      const ended = stats.recent.filter(({ outcome }) => outcome !== null && outcome !== 'skipped');
      const failures = ended.filter(({ outcome }) => isFailure(outcome));
      const run = failures.at(-1);
      if (run === undefined || (run !== ended.at(-1) && endOf(run) < now - DAY)) return [];
      return [{ run, failed: failures.length, runs: ended.length }];
    })
    .sort((a, b) => endOf(b.run) - endOf(a.run));
}

const endOf = ({ endedAt, dueAt }: RunMark) => endedAt ?? dueAt;
