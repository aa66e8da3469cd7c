import { isOfInstant } from '../run/merged.skip.js';
import type { Cause, Run } from '../run/run.js';
import type { SqliteDatabase } from './sqlite.database.js';
import type { Bounds } from './sqlite.options.js';
import type { TaskRows } from './task.rows.js';

/** How much is removed at a time, so that the event loop goes on: more than comes in meanwhile. */
const MOST_AT_ONCE = 500;
const MOST_TASKS_AT_ONCE = 50;
/** A bound may be exceeded by this part of it before it is looked at again. */
const SLACK = 0.1;

/** A run that is to be removed. */
interface Victim {
  readonly seq: number;
  readonly name: string;
  readonly cause: string;
  readonly last_due_at: number;
}

/** Removes the oldest finished runs that are beyond the bounds, some at a time. */
export class Retention {
  readonly #bounds: Bounds;
  readonly #tasks: TaskRows;
  /** How many runs of a task came since it was last looked at. */
  readonly #written = new Map<string, number>();
  #writtenInAll = 0;
  readonly #dueTasks: Set<string>;
  #isTotalDue = true;
  /** How many of all are still too many, as it was counted last. */
  #surplus = 0;
  readonly #countOfTask;
  readonly #goingOfTask;
  readonly #countOfAll;
  readonly #newestEnd;
  readonly #oldestOfTask;
  readonly #oldestOfAll;
  readonly #endedBefore;
  readonly #remove;

  constructor(database: SqliteDatabase, bounds: Bounds, tasks: TaskRows) {
    this.#bounds = bounds;
    this.#tasks = tasks;
    const count = (where: string) => database.prepare(`SELECT count(*) AS n FROM sts_run ${where}`);
    const ofTask = 'WHERE task = (SELECT no FROM sts_task WHERE name = ?)';
    const victims = (where: string, order: string) =>
      database.prepare(
        `SELECT seq, name, cause, last_due_at FROM sts_run JOIN sts_task ON no = task
         WHERE ${where} ORDER BY ${order} LIMIT ?`,
      );
    this.#countOfTask = count(ofTask);
    this.#goingOfTask = count(`${ofTask} AND ended_at IS NULL`);
    this.#countOfAll = count('');
    this.#newestEnd = database.prepare('SELECT max(ended_at) AS at FROM sts_run WHERE ended_at IS NOT NULL');
    this.#oldestOfTask = victims('name = ? AND ended_at IS NOT NULL', 'due_at, seq');
    this.#oldestOfAll = victims('ended_at IS NOT NULL', 'seq');
    this.#endedBefore = victims('ended_at < ?', 'ended_at');
    this.#remove = database.prepare('DELETE FROM sts_run WHERE seq = ?');
    const beyond = database.prepare(
      'SELECT name FROM sts_run JOIN sts_task ON no = task GROUP BY task HAVING count(*) > ?',
    );
    this.#dueTasks = new Set((beyond.all(bounds.perTask) as Victim[]).map(({ name }) => name));
  }

  /** Takes note of runs that have come in. */
  note(runs: Iterable<Run>): void {
    const { perTask, total } = this.#bounds;
    for (const { taskName } of runs) {
      const written = (this.#written.get(taskName) ?? 0) + 1;
      if (written <= perTask * SLACK) {
        this.#written.set(taskName, written);
      } else {
        this.#written.delete(taskName);
        this.#dueTasks.add(taskName);
      }
      if (++this.#writtenInAll > total * SLACK) {
        this.#writtenInAll = 0;
        this.#isTotalDue = true;
      }
    }
    // Names that come once and never again.
    if (this.#written.size > total) this.#written.clear();
  }

  /** Removes some of what is beyond the bounds, within the caller's transaction. */
  tidy(): void {
    let left = MOST_AT_ONCE - this.#forget(this.#tooOld(MOST_AT_ONCE));
    for (const task of [...this.#dueTasks].slice(0, MOST_TASKS_AT_ONCE)) {
      const surplus = this.#surplusOf(task);
      if (surplus <= left) this.#dueTasks.delete(task);
      left -= this.#forget(this.#oldestOfTask.all(task, Math.min(surplus, left)));
    }
    if (this.#isTotalDue) this.#surplus = numberOf(this.#countOfAll.get()) - this.#bounds.total;
    this.#isTotalDue = false;
    const most = Math.min(this.#surplus, left);
    if (most <= 0) return;
    this.#surplus -= most;
    this.#forget(this.#oldestOfAll.all(most));
  }

  #tooOld(most: number): unknown[] {
    const { at } = this.#newestEnd.get() as { at: number | null };
    // The clock of the scheduler may be a virtual one, that of the computer may have been wrong for a while.
    const now = Math.min(Number(at ?? 0), Date.now());
    return this.#endedBefore.all(now - this.#bounds.maxAgeMs, most);
  }

  /** How many finished runs of a task are too many. */
  #surplusOf(task: string): number {
    const surplus = numberOf(this.#countOfTask.get(task)) - this.#bounds.perTask;
    return surplus <= 0 ? 0 : Math.max(0, surplus - numberOf(this.#goingOfTask.get(task)));
  }

  #forget(rows: unknown[]): number {
    const until = new Map<string, number>();
    for (const { seq, name, cause, last_due_at: lastDueAt } of rows as Victim[]) {
      this.#remove.run(Number(seq));
      if (!isOfInstant({ cause: cause as Cause })) continue;
      until.set(name, Math.max(until.get(name) ?? -Infinity, Number(lastDueAt)));
    }
    for (const [name, at] of until) this.#tasks.forget(name, at);
    return rows.length;
  }
}

function numberOf(row: unknown): number {
  return Number((row as { n: number }).n);
}
