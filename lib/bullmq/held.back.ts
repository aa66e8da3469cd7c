import type { Submission } from '../engine/engine.js';
import type { Clock } from '../time/clock.js';

interface Held {
  readonly submission: Submission;
  readonly disarm: () => void;
}

/** An instant that is younger may just be on its way from another process. */
const YOUNG_MS = 15_000;

/**
 * Submissions that wait: for their jitter, or, as skips of instants that this process did not see, until whoever saw them
 * has submitted them.
 */
export class HeldBack {
  readonly #clock: Clock;
  readonly #submit: (submission: Submission) => void;
  readonly #held = new Set<Held>();

  constructor(clock: Clock, submit: (submission: Submission) => void) {
    this.#clock = clock;
    this.#submit = submit;
  }

  /** The earliest instant that waits, epoch ms; `Infinity` when there is none. */
  get earliest(): number {
    let earliest = Infinity;
    for (const { submission } of this.#held) earliest = Math.min(earliest, submission.dueAt);
    return earliest;
  }

  /** Until when a submission waits for those of other processes, epoch ms. */
  untilOf({ cause, verdict, dueAt }: Submission): number {
    return cause === 'catchUp' && verdict.kind === 'skip' ? dueAt + YOUNG_MS : dueAt;
  }

  /** @returns whether there is anything to wait for. */
  hold(submission: Submission, until: number): boolean {
    const ms = until - this.#clock.now();
    if (ms <= 0) return false;
    const disarm = this.#clock.after(ms, () => {
      this.#held.delete(held);
      this.#submit(submission);
    });
    const held = { submission, disarm };
    this.#held.add(held);
    return true;
  }

  /** Submits all of them now. */
  flush(): void {
    for (const { submission, disarm } of this.#held) {
      disarm();
      this.#submit(submission);
    }
    this.#held.clear();
  }
}
