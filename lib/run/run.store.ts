import type { Run } from './run.js';

/** Which runs to list. */
export interface RunQuery {
  readonly taskName: string;
  /** From 1 to 1000. */
  readonly limit: number;
  /** The `nextCursor` of the page before; `null` for the first page. */
  readonly cursor: string | null;
}

/** Some runs, the newest first. */
export interface RunPage {
  readonly items: readonly Run[];
  /** Asks for the page after this one; `null` when this is the last. */
  readonly nextCursor: string | null;
}

/** Keeps what happened, within bounds of its own. Each method may answer at once or with a promise. */
export interface RunStore {
  /**
   * Keeps a run, in place of what is kept under its id: it comes when it starts or waits, after each attempt, and when
   * it ends. A skip that follows another of its task for the same reason becomes one record with it: `mergedSkip()`.
   */
  append(run: Run): void | Promise<void>;
  find(id: string): Run | undefined | Promise<Run | undefined>;
  list(query: RunQuery): RunPage | Promise<RunPage>;
  /** What became of a due instant (epoch ms) of a task; `'forgotten'` when it may have been kept and is not any more. */
  at(taskName: string, dueAt: number): InstantRecord | Promise<InstantRecord>;
  /** What a store has that outlives the process; absent when a restart forgets all. */
  readonly durable?: DurableState;
  /** Comes when the app has closed: keeps what was appended so far, and lets go of what it holds. */
  close?(): void | Promise<void>;
}

/** The record that covers an instant: a run's own, or that of a stretch of skips. */
export type InstantRecord = Run | 'forgotten' | undefined;

/** What a scheduler leaves for the next one. Each method may answer at once or with a promise. */
export interface DurableState {
  /** The runs that had not ended when the process that ran them did. */
  unfinished(): readonly Run[] | Promise<readonly Run[]>;
  /**
   * The latest due instant of a task that has a record or had one; `null` when none has. Records that reach beyond
   * `until` do not count: a clock that was wrong has left them. All in epoch ms.
   */
  lastDueAt(taskName: string, until: number): number | null | Promise<number | null>;
  /** Keeps what was appended before, now: the process may die at any moment. */
  flush(): void | Promise<void>;
  /** What was saved under a key, or `undefined`. */
  load(key: string): unknown;
  /** Keeps a value that JSON can hold, once it has kept what was appended before; `undefined` removes it. */
  save(key: string, value: unknown): void | Promise<void>;
}
