import { RunStoreVersionError } from '../errors.js';
import { inTransaction, type SqliteDatabase } from './sqlite.database.js';

/**
 * What makes version n + 1 of version n. Those that were released are never changed: another one follows.
 *
 * The version stands in a table of our own, not in `user_version`: that may be the app's, when the file is.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sts_task (
    no INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- The latest instant whose record is removed, epoch ms.
    forgotten_until INTEGER
  );
  CREATE TABLE sts_run (
    -- In the order in which they came.
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    -- Indexes by numbers have a third of the pages, and pages are what a commit writes.
    id_hash INTEGER NOT NULL,
    task INTEGER NOT NULL,
    cause TEXT NOT NULL,
    -- All instants are epoch ms.
    due_at INTEGER NOT NULL,
    last_due_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    -- Of its outcome; both are null while it goes on.
    kind TEXT,
    reason TEXT,
    -- Whatever else a run has, as JSON.
    detail TEXT NOT NULL
  );
  CREATE INDEX sts_run_by_id ON sts_run (id_hash);
  CREATE INDEX sts_run_of_task ON sts_run (task, due_at);
  CREATE INDEX sts_run_ended ON sts_run (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX sts_run_going ON sts_run (task) WHERE ended_at IS NULL;
  CREATE TABLE sts_value (
    key TEXT PRIMARY KEY,
    -- JSON.
    value TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
];

/**
 * Brings the tables to the newest version.
 *
 * @throws {RunStoreVersionError} when a later version of nestjs-sts has made them.
 */
export function migrate(database: SqliteDatabase, migrations = MIGRATIONS): void {
  if (versionOf(database) === migrations.length) return;
  inTransaction(database, () => {
    const version = versionOf(database);
    if (version > migrations.length) throw newer(version, migrations.length);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec('CREATE TABLE IF NOT EXISTS sts_schema (version INTEGER NOT NULL)');
    database.exec('DELETE FROM sts_schema');
    database.prepare('INSERT INTO sts_schema VALUES (?)').run(migrations.length);
  });
}

/** 0 = there are no tables yet. */
function versionOf(database: SqliteDatabase): number {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sts_schema'").get();
  if (table === undefined) return 0;
  const row = database.prepare('SELECT version FROM sts_schema').get() as { version: number };
  return Number(row.version);
}

function newer(version: number, known: number): RunStoreVersionError {
  return new RunStoreVersionError({
    where: 'sqliteRunStore()',
    expected: `a history of version ${known} or earlier`,
    got: `one of version ${version}, which a later nestjs-sts has made`,
    isGotText: true,
    remedy: 'Upgrade nestjs-sts, or give this process a file of its own.',
  });
}
