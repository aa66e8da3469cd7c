import type { LogLevel } from '../run/run.log.js';
import type { Outcome, SkipReason } from '../run/outcome.js';
import type { Cause } from '../run/run.js';
import type { Overlap } from '../policy/overlap.js';

/** What the API answers, as JSON. All instants are epoch ms, all durations ms. */

/** What somebody may do: to look is allowed to all who get an answer. */
export interface Rights {
  /** Start tasks by hand. */
  readonly run: boolean;
  /** Pause and resume tasks and groups. */
  readonly pause: boolean;
  /** Cancel runs. */
  readonly cancel: boolean;
}

/** `GET config` */
export interface ConfigView {
  readonly title: string;
  /** Of nestjs-sts. */
  readonly version: string;
  /** The server's clock. */
  readonly now: number;
  readonly rights: Rights;
}

/** `GET tasks`: all of them, in order of creation. */
export interface TasksView {
  readonly now: number;
  readonly items: readonly TaskView[];
}

export interface TaskView {
  readonly name: string;
  readonly group: string | null;
  /** Rules as text, such as `every 10s` or `cron 0 0 * * * (Europe/Paris)`; none = by hand only. */
  readonly triggers: readonly string[];
  readonly nextAt: number | null;
  /** The place of the configuration that switches it off; `null` = none. */
  readonly disabledBy: string | null;
  readonly running: number;
  readonly waiting: number;
  readonly paused: PauseView | null;
  readonly overlap: Overlap;
  /** By how much its runs may begin later than they are due: the longest of its rules. */
  readonly jitterMs: number;
  readonly timeoutMs: number | null;
  readonly retries: number;
  /** Whether it takes a payload that a schema checks. */
  readonly hasPayload: boolean;
  /** The newest that is kept, skips included. */
  readonly lastRun: RunView | null;
  readonly stats: StatsView;
}

export interface PauseView {
  readonly since: number;
  readonly reason: string;
  /** From then on one run may try; `null` = until somebody resumes. */
  readonly until: number | null;
  /** What is paused: the task itself or its group. */
  readonly scope: 'task' | 'group';
}

/** `GET tasks/:name/stats`: of the newest runs that are kept, 100 at most. */
export interface StatsView {
  /** How many runs ended, skips not counted. */
  readonly runs: number;
  readonly skips: number;
  /** From 0 to 1; `null` without runs. */
  readonly successRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** The oldest first; in the list of all tasks the newest 30. */
  readonly recent: readonly RunMark[];
}

/** A run in as few words as a chart needs. */
export interface RunMark {
  readonly id: string;
  readonly task: string;
  readonly cause: Cause;
  readonly dueAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** `null` while it goes on. */
  readonly outcome: Outcome['kind'] | null;
  /** How many attempts have ended. */
  readonly attempts: number;
  /** Of a skip: how many instants, until `lastDueAt`; else 1. */
  readonly count: number;
  readonly lastDueAt: number;
}

/** `GET tasks/:name/runs?limit&cursor`: the newest first. */
export interface RunsView {
  readonly items: readonly RunView[];
  readonly nextCursor: string | null;
}

/** `GET runs/:id` */
export interface RunView extends RunMark {
  /** Why it was skipped, cancelled or abandoned. */
  readonly reason: SkipReason | string | null;
  /** More about a skip, in words. */
  readonly detail: string | null;
  /** Of its outcome. */
  readonly error: ErrorView | null;
  readonly ended: readonly AttemptView[];
  readonly node: string;
  /** What its handler last said; this process knows it only while the run goes on. */
  readonly progress: ProgressView | null;
}

export interface AttemptView {
  /** From 1. */
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Exclude<Outcome['kind'], 'skipped'>;
  readonly error: ErrorView | null;
}

export interface ErrorView {
  readonly name: string;
  readonly message: string;
  /** Empty when none is known. */
  readonly stack: string;
}

export interface ProgressView {
  /** From 0 to 1. */
  readonly fraction: number;
  readonly message: string | null;
}

/** `GET runs/:id/logs`: the oldest line first. */
export interface LogsView {
  readonly items: readonly LogLineView[];
}

export interface LogLineView {
  readonly at: number;
  readonly attempt: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** `GET tasks/:name/explain?at=`, and `GET runs/:id/explain` for the instant of a run. */
export interface ExplanationView {
  readonly at: number;
  readonly kind: string;
  readonly sentence: string;
  readonly runId: string | null;
}

/** `GET runs?from&to`: of all tasks, in order of their due instants; 200 at most of each task, its newest, 10,000 in all. */
export interface TimelineView {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** When it was worked out, epoch ms: what is asked for often is so once for all. */
  readonly asOf: number;
  readonly items: readonly RunMark[];
  /** The tasks of which there were more. */
  readonly cut: readonly string[];
}

/** `GET tasks/:name/next?count`: the next instants, and what changes of the clocks do to them. */
export interface NextView {
  readonly items: readonly NextRunView[];
}

export interface NextRunView {
  readonly at: number;
  /** The local time in the rule's zone with its offset, such as `2026-03-29 03:00:00 +02:00`. */
  readonly local: string;
  readonly zone: string;
  /** In words, when the clocks change at or about this instant; else `null`. */
  readonly note: string | null;
}

/** `GET schedule?from&to`: what is due; what is excluded, paused or switched off is left out; 25 hours at most. */
export interface ScheduleView {
  readonly from: number;
  readonly to: number;
  /** How long each step is. */
  readonly stepMs: number;
  /** How many runs are due in each step. */
  readonly counts: readonly number[];
  /** The instants at which most tasks are due together, at least two; the most first, 10 at most. */
  readonly peaks: readonly {
    readonly at: number;
    readonly count: number;
    readonly tasks: readonly string[];
  }[];
  readonly tasks: readonly { readonly name: string; readonly count: number; readonly isEstimate: boolean }[];
}

/** `GET scheduler` */
export interface SchedulerView {
  readonly now: number;
  /** Whether tasks are due: it has started and does not drain. */
  readonly isRunning: boolean;
  /** Of this process: how often its event loop was late, in ms, in the last minute. */
  readonly eventLoop: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number };
  readonly since: number;
  readonly due: number;
  readonly going: number;
  readonly unaccounted: number;
  readonly others: number;
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly nodes: readonly NodeView[];
}

export interface NodeView {
  readonly id: string;
  readonly version: string;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly clockSkewMs: number | null;
  /** Whether it answers this request. */
  readonly isThis: boolean;
}

/**
 * `GET events`, server-sent: the name of the event is `type`, `data` this. Comes with an id; who comes back with
 * `Last-Event-ID` gets what was missed, or `reset` when that is not known any more: ask for everything again.
 */
export type LiveEvent =
  | { readonly type: 'run'; readonly run: RunMark }
  | {
      readonly type: 'progress';
      readonly task: string;
      readonly runId: string;
      readonly progress: ProgressView;
    }
  | { readonly type: 'log'; readonly task: string; readonly runId: string; readonly line: LogLineView }
  /** A task was added, removed, updated, paused or resumed: ask for the tasks again. */
  | { readonly type: 'tasks' }
  /** The scheduler started, drains or has stopped, or something else about it changed. */
  | { readonly type: 'scheduler' }
  | { readonly type: 'reset' }
  /** Each 15 s, so that a dead connection is noticed. */
  | { readonly type: 'heartbeat'; readonly now: number };

/** `POST tasks/:name/run`: the run that was made, and what had become of it when this was answered. */
export interface RunAccepted {
  readonly runId: string;
  /** `'waiting'` also when another process is to start it; `'skipped'` when it never will. */
  readonly state: 'started' | 'waiting' | 'skipped';
  /** Why it was skipped. */
  readonly reason: SkipReason | null;
  /** More about a skip, in words. */
  readonly detail: string | null;
}

/** What the other POSTs answer. */

export interface Changed {
  readonly changed: boolean;
}

/** What every refusal answers. */
export interface Problem {
  readonly statusCode: number;
  readonly message: string;
}
