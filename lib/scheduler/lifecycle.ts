import type { Subscription } from 'rxjs';
import type { Dispatcher } from '../engine/dispatcher.js';
import type { Engine, StopOptions } from '../engine/engine.js';
import type { Timeline } from '../engine/timeline.js';
import { SchedulerDrainingError } from '../errors.js';
import type { StsEvent } from '../run/run.events.js';
import { Absences } from './absences.js';
import type { Recovery } from './recovery.js';
import type { StartRuns } from './start.runs.js';
import type { StopHooks } from '../task/stop.hooks.js';
import type { TaskTable } from '../task/task.table.js';
import type { Clock } from '../time/clock.js';
import type { Watch } from './watch.js';

/** What starts and stops together. */
export interface LifecycleHost {
  readonly table: TaskTable;
  readonly timeline: Timeline;
  readonly engine: Engine;
  readonly dispatcher: Dispatcher;
  readonly startRuns: StartRuns;
  readonly recovery: Recovery;
  readonly watch: Watch;
  readonly stopHooks: StopHooks;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** How it stands with the scheduler of this process. */
export interface SchedulerStatus {
  /** `idle` = it was never started; `stopped` = it can be started again unless the app has closed. */
  readonly state: 'idle' | 'running' | 'draining' | 'stopped';
  /**
   * The earliest instant that has not come up yet, of all tasks, epoch ms; `null` when nothing is due. One that lies
   * more than a minute back means that the scheduler's timer does not go off.
   */
  readonly nextAt: number | null;
}

/**
 * Starts and stops timeline and engine. The timeline goes on until a drain has ended: what is due meanwhile gets
 * its outcome, skipped as `draining`.
 */
export class Lifecycle {
  readonly #host: LifecycleHost;
  #state: SchedulerStatus['state'] = 'idle';
  #subscription: Subscription | undefined;
  #stopping: Promise<void> | undefined;
  #isClosing = false;
  /** Counts starts and stops: a start that waits for the store may be overtaken by a stop. */
  #starts = 0;
  /** Whether the tasks that were there at the start have been taken in. */
  #isLive = false;
  /** When it did not run. */
  readonly absences = new Absences();
  readonly #waiters = new Set<() => void>();

  constructor(host: LifecycleHost) {
    this.#host = host;
  }

  status(): SchedulerStatus {
    const nextAt = this.isLive ? this.#host.timeline.nextAt : null;
    return { state: this.#state, nextAt };
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Whether it runs, and tasks that are added now come too late for its start. */
  get isLive(): boolean {
    return this.#isLive && this.isRunning;
  }

  get isDraining(): boolean {
    return this.#isClosing || (this.#state !== 'idle' && this.#state !== 'running');
  }

  /**
   * Does nothing when running already.
   *
   * @param since what is due later is named, epoch ms. @default now
   * @throws {SchedulerDrainingError} during a drain and after the app closed.
   */
  async start(since?: number): Promise<void> {
    if (this.#state === 'running') return;
    if (this.#isClosing || this.#state === 'draining')
      throw new SchedulerDrainingError('The scheduler', 'run');
    const { table, timeline, engine, dispatcher, recovery, watch, startRuns, clock, record } = this.#host;
    this.#state = 'running';
    const start = ++this.#starts;
    const isCurrent = () => this.#starts === start;
    await recovery.begin(isCurrent);
    if (!isCurrent()) return;
    await this.#startEngine();
    if (!isCurrent()) return;
    const tasks = table.all();
    const now = since ?? clock.now();
    this.#isLive = true;
    this.absences.end(now);
    timeline.clear();
    for (const task of tasks) if (!engine.isDone(task)) timeline.add(task, now);
    await recovery.catchUp(tasks, now, task => isCurrent() && table.find(task.name) === task);
    if (!isCurrent()) return;
    recovery.endTheRest();
    watch.begin(tasks.filter(({ name }) => table.find(name) !== undefined).map(({ name }) => name));
    this.#subscription = timeline.due$.subscribe(due => dispatcher.dispatch(due));
    record({ type: 'schedulerStarted', at: clock.now(), tasks: tasks.length, nextAt: timeline.nextAt });
    for (const task of table.all()) startRuns.plan(task, name => table.find(name));
  }

  /** One that fails may be tried again. */
  async #startEngine(): Promise<void> {
    try {
      await this.#host.engine.start();
    } catch (error) {
      if (this.#state === 'running') this.#state = 'idle';
      throw error;
    }
  }

  /** Resolves when the scheduler has stopped. */
  stopped(): Promise<void> {
    if (this.#state !== 'running' && this.#state !== 'draining') return Promise.resolve();
    return new Promise(resolve => this.#waiters.add(resolve));
  }

  /** Ends all runs. Called again while it goes on, it waits for the same end; `'abort'` then hastens it. */
  stop(options: StopOptions): Promise<void> {
    if (this.#stopping !== undefined) {
      return Promise.all([this.#stopping, this.#host.engine.stop(options)]).then(() => undefined);
    }
    if (this.#state === 'stopped') return Promise.resolve();
    this.#state = 'draining';
    this.#starts++;
    this.#isLive = false;
    // Known before anybody hears of the stop, and may stop again.
    this.#stopping = Promise.resolve()
      .then(() => this.#stop(options))
      .finally(() => (this.#stopping = undefined));
    return this.#stopping;
  }

  /** Stops for good, with the app. */
  async close(options: StopOptions): Promise<void> {
    this.#isClosing = true;
    await this.stop(options);
  }

  async #stop(options: StopOptions): Promise<void> {
    const { engine, timeline, startRuns, stopHooks, watch, clock, record } = this.#host;
    startRuns.stop();
    await engine.stop(options);
    stopHooks.run();
    const until = timeline.flush();
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.absences.begin(until);
    watch.end(until);
    this.#state = 'stopped';
    record({ type: 'schedulerStopped', at: clock.now() });
    this.#waiters.forEach(resolve => resolve());
    this.#waiters.clear();
  }
}
