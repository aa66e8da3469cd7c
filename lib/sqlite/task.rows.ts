import type { SqliteDatabase } from './sqlite.database.js';

/** The tasks that have or had runs: their runs name them by number, and what was removed of them is noted. */
export class TaskRows {
  readonly #no;
  readonly #add;
  readonly #forget;
  readonly #forgottenUntil;

  /** @param most how many tasks without runs are kept: those of which the latest instants were removed. */
  constructor(database: SqliteDatabase, most: number) {
    this.#no = database.prepare('SELECT no FROM sts_task WHERE name = ?');
    this.#add = database.prepare('INSERT INTO sts_task (name) VALUES (?)');
    this.#forget = database.prepare(
      `INSERT INTO sts_task (name, forgotten_until) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET
       forgotten_until = max(coalesce(forgotten_until, excluded.forgotten_until), excluded.forgotten_until)`,
    );
    this.#forgottenUntil = database.prepare('SELECT forgotten_until AS at FROM sts_task WHERE name = ?');
    database
      .prepare(
        `DELETE FROM sts_task WHERE no IN (
           SELECT no FROM sts_task WHERE no NOT IN (SELECT task FROM sts_run)
           ORDER BY forgotten_until DESC LIMIT -1 OFFSET ?)`,
      )
      .run(most);
  }

  /** The number of a task, a new one when it has none. */
  numberOf(name: string): number {
    const known = this.#no.get(name) as { no: number } | undefined;
    if (known !== undefined) return Number(known.no);
    this.#add.run(name);
    return this.numberOf(name);
  }

  /** Notes that records of a task up to an instant (epoch ms) are gone. */
  forget(name: string, until: number): void {
    this.#forget.run(name, until);
  }

  /** Until which instant (epoch ms) the records of a task may be gone; `null` = nothing of it is. */
  forgottenUntil(name: string): number | null {
    const row = this.#forgottenUntil.get(name) as { at: number | null } | undefined;
    return row === undefined || row.at === null ? null : Number(row.at);
  }
}
