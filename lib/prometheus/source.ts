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
  #live: { readonly states: TaskStates; readonly scheduler: SchedulerRegistry } | undefined;
  #lastUnaccounted = 0;

  constructor(scheduler: SchedulerRegistry, metrics: SharedMetrics) {
    this.scheduler = scheduler;
    this.#metrics = metrics;
    this.#live = { states: new TaskStates(scheduler), scheduler };
    metrics.attach(this);
    this.#tallies = new Tallies(scheduler, this);
  }

  get isClosed(): boolean {
    return this.#live === undefined;
  }

  tallies(): Iterable<TaskTally> {
    return this.#tallies.list();
  }

  states(): ReadonlyMap<string, TaskNow> {
    return this.#live?.states.now() ?? NOTHING;
  }

  async unaccounted(): Promise<number> {
    if (this.#live !== undefined) {
      this.#lastUnaccounted = (await this.#live.scheduler.stats()).unaccounted;
    }
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
    this.#live = undefined;
    this.#metrics.close();
  }
}

const NOTHING: ReadonlyMap<string, TaskNow> = new Map();
