import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { TaskDescription } from '../scheduler/task.description.js';
import type { TaskTable } from '../task/task.table.js';
import type { PauseView, TaskView } from './api.views.js';
import type { Redact } from './redaction.js';
import type { RunViews } from './run.views.js';
import { MOST_COUNTED_RUNS, statsOf } from './stats.view.js';

export interface TaskViewsHost {
  readonly registry: SchedulerRegistry;
  readonly table: TaskTable;
  readonly runs: RunViews;
  readonly redact: Redact;
}

/** A list has no more marks of each task than its sparkline shows. */
const MARKS_IN_LIST = 30;

function inList(task: TaskView): TaskView {
  return { ...task, stats: { ...task.stats, recent: task.stats.recent.slice(-MARKS_IN_LIST) } };
}

type History = Pick<TaskView, 'lastRun' | 'stats'>;

/** However many pages are open, the history of a task is read once in so many ms. */
const FRESH_MS = 1_000;
/** Where history is on a server, so many tasks are asked for at once. */
const AT_ONCE = 8;

/** Tasks with what their histories say of them. */
export class TaskViews {
  readonly #host: TaskViewsHost;
  readonly #known = new Map<string, { readonly at: number; readonly history: Promise<History> }>();

  constructor(host: TaskViewsHost) {
    this.#host = host;
  }

  async all(): Promise<readonly TaskView[]> {
    const tasks = this.#host.registry.list();
    const names = new Set(tasks.map(({ name }) => name));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const views: TaskView[] = [];
    for (let i = 0; i < tasks.length; i += AT_ONCE) {
      const some = await Promise.all(tasks.slice(i, i + AT_ONCE).map(task => this.#view(task)));
      views.push(...some.map(inList));
    }
    return views;
  }

  /** @throws {UnknownTaskError} when no task has this name. */
  async of(name: string): Promise<TaskView> {
    return this.#view(this.#host.registry.get(name));
  }

  async #view(task: TaskDescription): Promise<TaskView> {
    const { name, group, triggers, disabledBy, running, waiting, overlap, timeoutMs, retries } = task;
    const nextAt = disabledBy === null ? task.nextAt : null;
    const { payload, terms } = this.#host.table.get(name);
    const hasPayload = payload !== null;
    const jitterMs = Math.max(0, ...terms.map(term => term.jitterMs));
    const paused = this.#pause(task);
    const shown = { name, group, triggers, nextAt, disabledBy, running, waiting, paused };
    return { ...shown, overlap, jitterMs, timeoutMs, retries, hasPayload, ...(await this.#history(name)) };
  }

  #pause({ name, paused }: TaskDescription): PauseView | null {
    if (paused === null) return null;
    const { since, reason, until, scope } = paused;
    return {
      since,
      reason: this.#host.redact(reason, { kind: 'reason', task: name }),
      until,
      scope: 'task' in scope ? 'task' : 'group',
    };
  }

  #history(name: string): Promise<History> {
    const now = performance.now();
    const known = this.#known.get(name);
    if (known !== undefined && now - known.at < FRESH_MS) return known.history;
    const history = this.#read(name);
    this.#known.set(name, { at: now, history });
    // What failed is asked again by whoever comes next.
    history.catch(() => this.#known.delete(name));
    return history;
  }

  async #read(name: string): Promise<History> {
    const { items } = await this.#host.registry.runs(name, { limit: MOST_COUNTED_RUNS });
    const [last] = items;
    return { lastRun: last === undefined ? null : this.#host.runs.of(last), stats: statsOf(items) };
  }
}
