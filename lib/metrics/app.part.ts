import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { TaskStates, type TaskNow } from './states.js';
import { Tallies, type Measures } from './tallies.js';
import type { TaskTally } from './task.tally.js';

export interface PartsHost {
  /** It has something to tell, and may say so again and again. */
  join(part: AppPart): void;
  /** Its app has closed. */
  closed(): void;
}

/** One app's part in metrics that several may share; its last values stay when the app has closed. */
export class AppPart {
  readonly #measures: Measures;
  readonly #states: TaskStates;
  readonly #tallies: Tallies;
  /** `undefined` = the app has closed. */
  #scheduler: SchedulerRegistry | undefined;
  #lastUnaccounted = 0;

  /** It joins the others with its first task: an app that fails to start has none. */
  constructor(scheduler: SchedulerRegistry, parts: PartsHost, measures: Measures) {
    this.#scheduler = scheduler;
    this.#measures = measures;
    this.#states = new TaskStates(scheduler);
    this.#tallies = new Tallies(scheduler, {
      added: tally => {
        parts.join(this);
        measures.added(tally);
      },
      removed: tally => measures.removed(tally),
      started: (tally, seconds) => measures.started(tally, seconds),
      ended: (tally, seconds, outcome) => measures.ended(tally, seconds, outcome),
    });
    scheduler.events$.subscribe({
      complete: () => {
        this.#close();
        parts.closed();
      },
    });
  }

  get isClosed(): boolean {
    return this.#scheduler === undefined;
  }

  tallies(): Iterable<TaskTally> {
    return this.#tallies.list();
  }

  /** How it stands with a task; nothing goes on in an app that has closed. */
  now(taskName: string): TaskNow {
    return this.#states.of(taskName);
  }

  async unaccounted(): Promise<number> {
    if (this.#scheduler !== undefined) {
      this.#lastUnaccounted = (await this.#scheduler.stats()).unaccounted;
    }
    return this.#lastUnaccounted;
  }

  /** Its series end. */
  drop(): void {
    for (const tally of this.tallies()) this.#measures.removed(tally);
  }

  #close(): void {
    void this.unaccounted();
    this.#scheduler = undefined;
    this.#states.close();
  }
}
