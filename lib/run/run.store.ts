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
  /** Keeps a run, in place of what is kept under its id: it comes when it starts, after each attempt, and when it ends. */
  append(run: Run): void | Promise<void>;
  find(id: string): Run | undefined | Promise<Run | undefined>;
  list(query: RunQuery): RunPage | Promise<RunPage>;
}
