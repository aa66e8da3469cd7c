/** What is bound to a `?` of a statement. */
export type SqliteValue = string | number | null;

/** A prepared statement. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown;
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

/** The part of a synchronous SQLite handle that better-sqlite3, libsql and node:sqlite have in common. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

/** Does all of the work or, when any of it throws, none. */
export function inTransaction<T>(database: SqliteDatabase, work: () => T): T {
  // At once a writer: one that becomes it later may find that another was faster.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself, as it does on a full disk; what made it do so is thrown by the caller.
    return;
  }
}

/** Whether somebody else holds what was asked for. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && /\b(locked|busy)\b/.test(error.message);
}
