import type { AttemptOutcome, Outcome } from './outcome.js';
import type { RunLogLine } from './run.log.js';

/** Why there is a run: a trigger, a person, an instant missed while the process was down, or the start itself. */
export type Cause = 'schedule' | 'manual' | 'catchUp' | 'start';

/** One call of the handler. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly endedAt: number;
  readonly outcome: AttemptOutcome;
}

/** What came of one due instant, or of one manual call, as it stood when you asked. */
export interface Run {
  /** Unique; for a scheduled run it follows from the task and the instant. */
  readonly id: string;
  readonly taskName: string;
  readonly cause: Cause;
  /** The instant that the trigger named, or that of the manual call; epoch ms. */
  readonly dueAt: number;
  /** When the handler was first called, epoch ms; `null` when it never was. */
  readonly startedAt: number | null;
  /** Epoch ms; `null` while the run goes on. */
  readonly endedAt: number | null;
  /** The attempts that have ended, the first one first: the newest 100 of them; none when the run was skipped. */
  readonly attempts: readonly Attempt[];
  /** `null` while the run goes on. */
  readonly outcome: Outcome | null;
  /** What its handler wrote with `context.logger`, the oldest first: the newest 100 lines, 10,000 characters. */
  readonly log: readonly RunLogLine[];
  /** The process that ran it: `host:pid`. */
  readonly node: string;
}

/** The id of the run of an instant (epoch ms): the same in every process. */
export function instantRunId(taskName: string, dueAt: number): string {
  return `${taskName}@${dueAt}`;
}

/** A run that has ended. */
export interface FinishedRun extends Run {
  readonly endedAt: number;
  readonly outcome: Outcome;
}
