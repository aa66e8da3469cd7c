import type { InstantRecord } from '../run/run.store.js';
import type { Batch } from './backlog.js';
import { putRuns } from './put.runs.js';
import { Retention } from './retention.js';
import { RunTable } from './run.table.js';
import { inTransaction, type SqliteDatabase } from './sqlite.database.js';
import { takeFile } from './sqlite.lock.js';
import type { Bounds } from './sqlite.options.js';
import { migrate } from './sqlite.schema.js';
import { TaskRows } from './task.rows.js';
import { ValueTable } from './value.table.js';

/** A file that is open, and taken. */
export interface Ledger {
  readonly runs: RunTable;
  readonly values: ValueTable;
  /** Writes all of it or, when it throws, nothing. */
  write(batch: Batch): void;
  at(taskName: string, dueAt: number): InstantRecord;
  lastDueAt(taskName: string, until: number): number | null;
  /** Gives the file back; the handle stays open. */
  close(): void;
}

/** Nobody waits longer for another writer: the event loop waits as well. */
const BUSY_TIMEOUT_MS = 50;

/** What many commits write again and again, a checkpoint writes once: these are 16 MB of pages of 4 KB. */
const CHECKPOINT_PAGES = 4_000;

/** @throws {ConfigurationError} when another store has the file, or a later version has made it. */
export function openLedger(database: SqliteDatabase, bounds: Bounds): Ledger {
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  const giveBack = takeFile(database);
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    migrate(database);
    return ledgerOf(database, bounds, giveBack);
  } catch (error) {
    giveBack();
    throw error;
  }
}

function ledgerOf(database: SqliteDatabase, bounds: Bounds, giveBack: () => void): Ledger {
  const tasks = new TaskRows(database, bounds.total);
  const runs = new RunTable(database, tasks);
  const values = new ValueTable(database);
  const retention = new Retention(database, bounds, tasks);
  return {
    runs,
    values,
    write(batch) {
      inTransaction(database, () => {
        putRuns(runs, batch.runs);
        for (const [key, json] of batch.values) values.put(key, json);
        for (const [taskName, until] of batch.lost) tasks.forget(taskName, until);
        retention.note(batch.runs);
        retention.tidy();
      });
    },
    at(taskName, dueAt) {
      const until = tasks.forgottenUntil(taskName);
      return runs.at(taskName, dueAt) ?? (until !== null && dueAt <= until ? 'forgotten' : undefined);
    },
    lastDueAt(taskName, until) {
      const found = [runs.lastDueAt(taskName, until), tasks.forgottenUntil(taskName)];
      const known = found.filter(at => at !== null && at <= until) as readonly number[];
      return known.length === 0 ? null : Math.max(...known);
    },
    close: giveBack,
  };
}
