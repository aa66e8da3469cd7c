import type { Measures } from '../metrics/tallies.js';
import type { TaskTally } from '../metrics/task.tally.js';

/** What measures the runs of one task. */
export interface Series {
  readonly duration: (seconds: number) => void;
  readonly delay: (seconds: number) => void;
}

export interface SeriesHost {
  open(tally: TaskTally): Series;
  release(tally: TaskTally): void;
}

/** The histograms of one app's tasks. */
export class RunSeries implements Measures {
  readonly #host: SeriesHost;
  readonly #series = new Map<TaskTally, Series>();

  constructor(host: SeriesHost) {
    this.#host = host;
  }

  added(tally: TaskTally): void {
    this.#series.set(tally, this.#host.open(tally));
  }

  removed(tally: TaskTally): void {
    this.#series.delete(tally);
    this.#host.release(tally);
  }

  started(tally: TaskTally, delaySeconds: number): void {
    this.#series.get(tally)?.delay(delaySeconds);
  }

  ended(tally: TaskTally, durationSeconds: number): void {
    this.#series.get(tally)?.duration(durationSeconds);
  }
}
