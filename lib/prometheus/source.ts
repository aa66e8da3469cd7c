import { TaskStates, type TaskNow } from '../metrics/states.js';
import { Tallies, type Measures } from '../metrics/tallies.js';
import type { TaskTally } from '../metrics/task.tally.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { AppPart } from './app.part.js';
import type { Series, SharedMetrics } from './shared.metrics.js';

/** Measures the runs of one app; its last values stay when the app has closed. */
export class Source implements AppPart, Measures {
  readonly scheduler: SchedulerRegistry;
  readonly #metrics: SharedMetrics;
  readonly #series = new Map<TaskTally, Series>();
  readonly #tallies: Tallies;
  readonly #states: TaskStates;
  #isClosed = false;
  #lastUnaccounted = 0;

  constructor(scheduler: SchedulerRegistry, metrics: SharedMetrics) {
    this.scheduler = scheduler;
    this.#metrics = metrics;
    this.#states = new TaskStates(scheduler);
    metrics.attach(this);
    this.#tallies = new Tallies(scheduler, this);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  tallies(): Iterable<TaskTally> {
    return this.#tallies.list();
  }

  now(taskName: string): TaskNow {
    return this.#states.of(taskName);
  }

  async unaccounted(): Promise<number> {
    if (!this.#isClosed) this.#lastUnaccounted = (await this.scheduler.stats()).unaccounted;
    return this.#lastUnaccounted;
  }

  added(tally: TaskTally): void {
    this.#series.set(tally, this.#metrics.open(tally));
  }

  removed(tally: TaskTally): void {
    this.#series.delete(tally);
    this.#metrics.release(tally);
  }

  started(tally: TaskTally, delaySeconds: number): void {
    this.#series.get(tally)?.delay(delaySeconds);
  }

  ended(tally: TaskTally, durationSeconds: number): void {
    this.#series.get(tally)?.duration(durationSeconds);
  }

  closed(): void {
    void this.unaccounted();
    this.#isClosed = true;
    this.#states.close();
    this.#metrics.close();
  }
}
