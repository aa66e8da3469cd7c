import { ConfigurationError, RunStoreOpenError } from '../errors.js';
import { isOfInstant, lastDueAtOf } from '../run/merged.skip.js';
import type { Run } from '../run/run.js';
import type { DurableState, InstantRecord, RunPage, RunQuery, RunStore } from '../run/run.store.js';
import { openLedger, type Ledger } from './ledger.js';
import type { SqliteDatabase } from './sqlite.database.js';
import { parseBounds, parseDatabase, type Bounds, type SqliteRunStoreOptions } from './sqlite.options.js';
import { RETRY_MS, WriteQueue } from './write.queue.js';

/**
 * Keeps runs, pauses and due instants in a SQLite file, across restarts.
 *
 * Give it a handle of its own, of better-sqlite3, libsql or node:sqlite; the file may be one that your app has open as
 * well, through another handle: its tables are all named `sts_…`. It sets the handle to WAL, `synchronous = NORMAL` and a
 * short `busy_timeout`, and does not close it: do that after the app has closed.
 *
 * What happens is written in batches, 100 ms later at most: a process that is killed loses no more than that. The start of
 * a run whose task has `catchUp` is written before its handler is called, so that no later process runs it again. A file that
 * is locked, damaged or full costs history, which the log says, and never a run: 10,000 runs wait for it to work again.
 *
 * One process at a time: two schedulers on one file would run each task twice, so a second store is refused. The file is
 * free again when the app has closed, or when its process has ended in any way. The lock is SQLite's own, on an empty
 * file beside the database, named like it with `-sts-lock` at the end: processes and containers of one machine see it. On
 * a network file system SQLite's locks, like WAL, cannot be relied on.
 *
 * @throws {RunStoreInUseError} when another store, here or in another process, has the file.
 * @throws {RunStoreVersionError} when a later version of nestjs-sts has made its tables.
 * @throws {InvalidOptionError} for anything but an open handle and valid options.
 * @example
 * ```ts
 * import Database from 'better-sqlite3';
 *
 * StsModule.forRoot({ runStore: sqliteRunStore(new Database('history.db'), { maxAge: '90d' }) });
 * ```
 */
export function sqliteRunStore(database: SqliteDatabase, options: SqliteRunStoreOptions = {}): RunStore {
  return new SqliteRunStore(parseDatabase(database), parseBounds(options));
}

class SqliteRunStore implements RunStore {
  readonly #database: SqliteDatabase;
  readonly #bounds: Bounds;
  readonly #queue = new WriteQueue(batch => this.#ledger().write(batch));
  /** `null` while it could not be opened yet, or when it is closed: whatever is asked next opens it. */
  #opened: Ledger | null = null;
  /** Why it could not be opened, and when (by `performance.now()`) the next try may be. */
  #failure: { readonly error: unknown; readonly until: number } = { error: undefined, until: -Infinity };
  readonly durable: DurableState = {
    unfinished: () => this.#flushed().runs.unfinished(),
    lastDueAt: (taskName, until) => this.#flushed().lastDueAt(taskName, until),
    flush: () => this.#flush(),
    load: key => this.#load(key),
    save: (key, value) => this.#queue.save(key, JSON.stringify(value)),
  };

  constructor(database: SqliteDatabase, bounds: Bounds) {
    this.#database = database;
    this.#bounds = bounds;
    try {
      this.#ledger();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      // A damaged or locked file stops no app: whatever is asked of it says so.
    }
  }

  append(run: Run): Promise<void> {
    return this.#queue.append(run);
  }

  find(id: string): Run | undefined {
    const ledger = this.#flushed();
    return this.#queue.backlog.runs.get(id) ?? ledger.runs.find(id);
  }

  list(query: RunQuery): RunPage {
    return this.#flushed().runs.list(query);
  }

  at(taskName: string, dueAt: number): InstantRecord {
    const ledger = this.#flushed();
    const covers = (run: Run) =>
      run.taskName === taskName && isOfInstant(run) && run.dueAt <= dueAt && dueAt <= lastDueAtOf(run);
    return [...this.#queue.backlog.runs.values()].findLast(covers) ?? ledger.at(taskName, dueAt);
  }

  close(): void {
    // The last chance counts, however short after another.
    this.#failure = { error: undefined, until: -Infinity };
    const failure = this.#queue.flush();
    const opened = this.#opened;
    this.#opened = null;
    opened?.close();
    if (failure !== null) throw failure;
  }

  #load(key: string): unknown {
    const { values } = this.#queue.backlog;
    const json = values.has(key) ? values.get(key) : this.#ledger().values.get(key);
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** The file with all that was appended; with what was written of it, while nothing more can be. */
  #flushed(): Ledger {
    const ledger = this.#ledger();
    this.#flush();
    return ledger;
  }

  /** A failure is told by the promises of what waits; a try costs time, and the queue makes the next one by itself. */
  #flush(): void {
    if (!this.#queue.isFailing) this.#queue.flush();
  }

  /** Each try may wait for whoever has locked the file: one a second is enough. */
  #ledger(): Ledger {
    if (this.#opened !== null) return this.#opened;
    if (performance.now() < this.#failure.until) throw this.#failure.error;
    try {
      return (this.#opened = openLedger(this.#database, this.#bounds));
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      const unreadable = new RunStoreOpenError(error);
      this.#failure = { error: unreadable, until: performance.now() + RETRY_MS };
      throw unreadable;
    }
  }
}
