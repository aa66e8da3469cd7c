import { RunStoreInUseError } from '../errors.js';
import { isBusy, type SqliteDatabase } from './sqlite.database.js';

/**
 * Takes the file for this handle alone, as far as run stores are concerned: whoever else reads or writes the database is
 * not hindered. The operating system gives it back when the process ends, however it does.
 *
 * It is SQLite's own lock on an empty database beside the file, which the handle attaches and holds.
 *
 * @returns what gives it back.
 * @throws {RunStoreInUseError} when another store has it.
 */
export function takeFile(database: SqliteDatabase): () => void {
  const file = fileOf(database);
  // It lives in memory: nobody else can have it.
  if (file === '') return () => {};
  // To attach is to read both: from here on, what is busy is the lock.
  database.prepare('SELECT count(*) FROM sqlite_master').get();
  try {
    database.exec(`ATTACH '${`${file}-sts-lock`.replaceAll("'", "''")}' AS sts_lock`);
  } catch (error) {
    const isTaken = isBusy(error) || isAttached(database);
    throw isTaken ? inUse(file, error) : error;
  }
  try {
    database.exec('PRAGMA sts_lock.locking_mode = EXCLUSIVE');
    // The first write takes the lock, and this mode never gives it back.
    database.exec('PRAGMA sts_lock.user_version = 1');
  } catch (error) {
    database.exec('DETACH sts_lock');
    throw isBusy(error) ? inUse(file, error) : error;
  }
  return () => void database.exec('DETACH sts_lock');
}

function fileOf(database: SqliteDatabase): string {
  return databases(database).find(({ name }) => name === 'main')!.file;
}

/** Whether a store has this very handle already. */
function isAttached(database: SqliteDatabase): boolean {
  return databases(database).some(({ name }) => name === 'sts_lock');
}

function databases(database: SqliteDatabase): readonly { name: string; file: string }[] {
  return database.prepare('PRAGMA database_list').all() as { name: string; file: string }[];
}

function inUse(file: string, cause: unknown): RunStoreInUseError {
  return new RunStoreInUseError(
    {
      where: 'sqliteRunStore()',
      expected: 'a file that no other run store has open',
      got: `${file}, which one has`,
      isGotText: true,
      remedy:
        'Two processes on one file would run each task twice: end the other one, or give each a file of its own.',
    },
    { cause },
  );
}
