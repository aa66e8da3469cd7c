import type { Declaration } from '../task/task.declaration.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type {
  CronTaskOptions,
  EveryTaskOptions,
  ScheduleOptions,
  TriggerTaskOptions,
} from '../task/task.options.js';
import type { Task, TaskFunction } from '../task/task.js';
import type { TaskTable } from '../task/task.table.js';
import type { CheckedDuration, Duration } from '../time/duration.js';
import type { Instant } from '../trigger/at.trigger.js';
import type { CheckedCron } from '../trigger/cron.text.js';
import { nameOf, rawTask, type CallsOf } from './added.task.js';
import type { Lifecycle } from './lifecycle.js';
import type { TaskChanges } from './task.changes.js';

/** What the scheduler works on. */
export interface SchedulerHost {
  readonly table: TaskTable;
  readonly changes: TaskChanges;
  readonly lifecycle: Lifecycle;
  readonly callsOf: CallsOf;
  readonly blocking: boolean;
  readonly shutdownTimeoutMs: number;
}

/** Adds and removes tasks at run time; starts, drains and stops. Inject it anywhere. */
export class TaskScheduler {
  readonly #host: SchedulerHost;

  /** @internal */
  constructor(host: SchedulerHost) {
    this.#host = host;
  }

  /**
   * Adds a task, with a trigger or, for one that is known already, another trigger to it. Decorators on the
   * class of a `Task` count as well; without any trigger, the task is triggered by hand only.
   *
   * @throws {ConfigurationError} that says what is wrong with the options; {DuplicateTaskError} when another task
   * has the name; {PastInstantError} when it would never be due.
   * @example
   * ```ts
   * scheduler.addTask(new CleanUp(), { every: '1h', retry: 3 });
   * scheduler.addTask({ name: 'ping', run: () => fetch(url) }, { cron: '0 8 * * *', timeZone: 'Europe/Paris' });
   * ```
   */
  addTask(task: Task<never> | TaskFunction<never>, schedule: ScheduleOptions = {}): void {
    this.#add(task, schedule, 'addTask');
  }

  /** `addTask(task, { every: period, ...options })` */
  scheduleEvery<const P extends string | number>(
    task: Task<never> | TaskFunction<never>,
    period: CheckedDuration<P>,
    options?: EveryTaskOptions,
  ): void {
    this.#add(task, { ...options, every: period as Duration }, 'scheduleEvery');
  }

  /** The same as `scheduleEvery`: `scheduleAt(task, '10s')` runs it at each multiple of 10 s. */
  scheduleAt<const P extends string | number>(
    task: Task<never> | TaskFunction<never>,
    period: CheckedDuration<P>,
    options?: EveryTaskOptions,
  ): void {
    this.#add(task, { ...options, every: period as Duration }, 'scheduleAt');
  }

  /** `addTask(task, { cron: expression, ...options })` */
  scheduleCron<const E extends string>(
    task: Task<never> | TaskFunction<never>,
    expression: CheckedCron<E>,
    options?: CronTaskOptions,
  ): void {
    this.#add(task, { ...options, cron: expression }, 'scheduleCron');
  }

  /** `addTask(task, { at: instant, ...options })` */
  scheduleOnce(
    task: Task<never> | TaskFunction<never>,
    instant: Instant,
    options?: TriggerTaskOptions,
  ): void {
    this.#add(task, { ...options, at: instant }, 'scheduleOnce');
  }

  /**
   * Takes a task, by itself or by its name, off the schedule and out of the registry. Runs that go on end in
   * their own time; those that wait to start are cancelled.
   *
   * @throws {UnknownTaskError} when there is no such task.
   */
  removeTask(task: Task<never> | TaskFunction<never> | string): void {
    const { table, changes } = this.#host;
    changes.remove(typeof task === 'string' ? task : (this.#known(task) ?? table.get(nameOf(task))).name);
  }

  /**
   * Starts the scheduler unless it runs already, after `drain()` and `stop()` again. With `blocking: true` it resolves when the scheduler has
   * stopped, with `false` at once.
   *
   * @throws {SchedulerDrainingError} during a drain, and after the app has closed.
   */
  async run(): Promise<void> {
    await this.#host.lifecycle.start();
    if (this.#host.blocking) await this.#host.lifecycle.stopped();
  }

  /** Takes no more runs, gives those that go on their grace, and resolves when all have ended. */
  drain(): Promise<void> {
    return this.#host.lifecycle.stop({ running: 'wait', timeoutMs: this.#host.shutdownTimeoutMs });
  }

  /** Takes no more runs, aborts those that go on, and resolves when all have ended: within about a second. */
  stop(): Promise<void> {
    return this.#host.lifecycle.stop({ running: 'abort', timeoutMs: this.#host.shutdownTimeoutMs });
  }

  #add(task: Task<never> | TaskFunction<never>, options: ScheduleOptions, verb: string): void {
    const where = `TaskScheduler.${verb}(${nameOf(task)})`;
    const known = this.#known(task);
    const declaration: Declaration = { where, options, form: verb === 'addTask' ? 'fields' : 'verb' };
    this.#host.changes.add(known?.source ?? rawTask(task, where, this.#host.callsOf), declaration, known);
  }

  #known(task: Task<never> | TaskFunction<never>): TaskDefinition | undefined {
    return this.#host.table.ofOwner(task).find(({ source }) => source.name === nameOf(task));
  }
}
