import type { Run } from '../run/run.js';
import type { RunPage, RunQuery } from '../run/run.store.js';
import { CHANGING_COLUMNS, changingValues, hashOf, RUN_COLUMNS, runOf, type RunRow } from './run.row.js';
import type { SqliteDatabase } from './sqlite.database.js';
import type { TaskRows } from './task.rows.js';

/** Of an instant that a trigger named: see `isOfInstant()`. */
const OF_INSTANT = "cause IN ('schedule', 'catchUp')";

/** The runs in the file. */
export class RunTable {
  readonly #tasks: TaskRows;
  readonly #insert;
  readonly #update;
  readonly #remove;
  readonly #find;
  readonly #place;
  readonly #newest;
  readonly #before;
  readonly #at;
  readonly #latest;
  readonly #lastDueAt;
  readonly #unfinished;

  constructor(database: SqliteDatabase, tasks: TaskRows) {
    this.#tasks = tasks;
    const select = (columns: string, rest: string) =>
      database.prepare(`SELECT ${columns} FROM sts_run JOIN sts_task ON no = task WHERE ${rest}`);
    const newestFirst = 'ORDER BY due_at DESC, seq DESC LIMIT';
    this.#insert = database.prepare(
      `INSERT INTO sts_run (id, id_hash, task, cause, due_at, ${CHANGING_COLUMNS})
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = database.prepare(
      `UPDATE sts_run SET (${CHANGING_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?) WHERE seq = ?`,
    );
    this.#remove = database.prepare('DELETE FROM sts_run WHERE id_hash = ? AND id = ?');
    this.#find = select(RUN_COLUMNS, 'id_hash = ? AND id = ?');
    this.#place = select('due_at, seq, name', 'id_hash = ? AND id = ?');
    this.#newest = select(RUN_COLUMNS, `name = ? ${newestFirst} ?`);
    this.#before = select(RUN_COLUMNS, `name = ? AND (due_at, seq) < (?, ?) ${newestFirst} ?`);
    this.#at = select(
      RUN_COLUMNS,
      `name = ? AND due_at <= ? AND last_due_at >= ? AND ${OF_INSTANT} ${newestFirst} 1`,
    );
    this.#latest = select(`${RUN_COLUMNS}, kind`, `name = ? AND id <> ? AND ${OF_INSTANT} ${newestFirst} 1`);
    this.#lastDueAt = select('max(last_due_at) AS at', `name = ? AND last_due_at <= ? AND ${OF_INSTANT}`);
    this.#unfinished = select(RUN_COLUMNS, 'ended_at IS NULL ORDER BY seq');
  }

  /** Puts in a run, or puts it in place of the one with its id, which keeps its place in the order. */
  put(run: Run): void {
    const { id, taskName, cause, dueAt } = run;
    const place = this.#placeOf(id);
    if (place !== undefined) return void this.#update.run(...changingValues(run), Number(place.seq));
    this.#insert.run(id, hashOf(id), this.#tasks.numberOf(taskName), cause, dueAt, ...changingValues(run));
  }

  remove(id: string): void {
    this.#remove.run(hashOf(id), id);
  }

  find(id: string): Run | undefined {
    return optionalRun(this.#find.get(hashOf(id), id));
  }

  list({ taskName, limit, cursor }: RunQuery): RunPage {
    const place = cursor === null ? null : this.#placeOf(cursor);
    // A cursor that has been forgotten was older than all that is kept: nothing comes after it.
    if (place === undefined || (place !== null && place.name !== taskName))
      return { items: [], nextCursor: null };
    const rows =
      place === null
        ? this.#newest.all(taskName, limit + 1)
        : this.#before.all(taskName, Number(place.due_at), Number(place.seq), limit + 1);
    const items = (rows as RunRow[]).slice(0, limit).map(runOf);
    return { items, nextCursor: rows.length > limit ? items.at(-1)!.id : null };
  }

  /** The record that covers an instant. */
  at(taskName: string, dueAt: number): Run | undefined {
    return optionalRun(this.#at.get(taskName, dueAt, dueAt));
  }

  /** The record of a task's latest instant, but for that of one run, while it is a skip. */
  latestSkip(taskName: string, otherThan: string): Run | undefined {
    const row = this.#latest.get(taskName, otherThan) as (RunRow & { kind: string | null }) | undefined;
    return row?.kind === 'skipped' ? runOf(row) : undefined;
  }

  /** See `DurableState`. */
  lastDueAt(taskName: string, until: number): number | null {
    const { at } = this.#lastDueAt.get(taskName, until) as { at: number | null };
    return at === null ? null : Number(at);
  }

  unfinished(): readonly Run[] {
    return (this.#unfinished.all() as RunRow[]).map(runOf);
  }

  #placeOf(id: string): Place | undefined {
    return this.#place.get(hashOf(id), id) as Place | undefined;
  }
}

interface Place {
  readonly due_at: number;
  readonly seq: number;
  readonly name: string;
}

function optionalRun(row: unknown): Run | undefined {
  return row === undefined ? undefined : runOf(row as RunRow);
}
