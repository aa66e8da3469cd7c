import type { SqliteDatabase } from './sqlite.database.js';

/** Values in the file, as JSON, by key. */
export class ValueTable {
  readonly #put;
  readonly #remove;
  readonly #get;

  constructor(database: SqliteDatabase) {
    this.#put = database.prepare(
      'INSERT INTO sts_value VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#remove = database.prepare('DELETE FROM sts_value WHERE key = ?');
    this.#get = database.prepare('SELECT value FROM sts_value WHERE key = ?');
  }

  /** @param json `undefined` removes it. */
  put(key: string, json: string | undefined): void {
    if (json === undefined) this.#remove.run(key);
    else this.#put.run(key, json);
  }

  get(key: string): string | undefined {
    return (this.#get.get(key) as { value: string } | undefined)?.value;
  }
}
