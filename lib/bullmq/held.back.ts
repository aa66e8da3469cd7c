import type { Submission } from '../engine/engine.js';
import type { Clock } from '../time/clock.js';

interface Held {
  readonly submission: Submission;
  readonly disarm: () => void;
}

/** An instant that is younger may just be on its way from another process. */
const YOUNG_MS = 15_000;

/**
 * Submissions that wait: for their jitter, for the server's clock when that of this process is ahead of it, or, as skips of
 * instants that this process did not see, until whoever saw them has submitted them.
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

  /**
   * @param aheadMs how much too early the clock of this process makes it.
   * @returns whether there is anything to wait for.
   */
  hold(submission: Submission, aheadMs: number): boolean {
    const ms = untilOf(submission) + aheadMs - this.#clock.now();
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

/** Until when a submission waits, epoch ms. */
function untilOf({ cause, verdict, dueAt }: Submission): number {
  if (verdict.kind === 'run') return dueAt + (verdict.delayMs ?? 0);
  return cause === 'catchUp' ? dueAt + YOUNG_MS : dueAt;
}
