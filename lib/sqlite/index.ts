export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite.database.js';
export type { SqliteRunStoreOptions } from './sqlite.options.js';
export { sqliteRunStore } from './sqlite.run-store.js';
