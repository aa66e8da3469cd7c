import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';
import type { SqliteDatabase } from './sqlite.database.js';

/**
 * How much of the history is kept. What is beyond it is removed from time to time: there may be a tenth more. Runs that
 * go on are always kept.
 */
export interface SqliteRunStoreOptions {
  /** How long a run is kept after its end, 1 ms or more. @default '30d' */
  readonly maxAge?: Duration | undefined;
  /** How many runs of one task are kept, a whole number from 1. @default 1_000 */
  readonly perTask?: number | undefined;
  /** How many runs of all tasks together are kept, a whole number from 1. @default 100_000 */
  readonly total?: number | undefined;
}

/** The options, resolved. */
export interface Bounds {
  readonly maxAgeMs: number;
  readonly perTask: number;
  readonly total: number;
}

const WHERE = 'sqliteRunStore()';

export function parseBounds(options: SqliteRunStoreOptions): Bounds {
  refuseUnknownKeys(options, ['maxAge', 'perTask', 'total'], WHERE);
  const maxAgeMs = parseDuration(options.maxAge ?? '30d', `${WHERE}: maxAge`);
  validOption(maxAgeMs, ms => Number(ms) > 0, { where: `${WHERE}: maxAge`, expected: 'a duration above 0' });
  return Object.freeze({
    maxAgeMs,
    perTask: count(options.perTask ?? 1_000, `${WHERE}: perTask`),
    total: count(options.total ?? 100_000, `${WHERE}: total`),
  });
}

function count(value: number, where: string): number {
  const isCount = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 1;
  return validOption(value, isCount, { where, expected: 'a whole number of runs, 1 or more' });
}

/** The handle, when it is one. */
export function parseDatabase(database: SqliteDatabase): SqliteDatabase {
  const isHandle = (value: unknown) =>
    (['exec', 'prepare'] as const).every(
      method => typeof (value as SqliteDatabase | null)?.[method] === 'function',
    );
  return validOption(database, isHandle, {
    where: WHERE,
    expected: 'an open database of better-sqlite3, libsql or node:sqlite, with exec and prepare',
    remedy: "Open it first, such as with new Database('history.db').",
  });
}
