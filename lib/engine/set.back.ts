/** Cron's own line: a clock that is set back by less than this is waited for, by more the plan is made anew. */
const LONGEST_WAIT_MS = 3 * 3_600_000;

/** What network time corrects now and then is no step. */
const LEAST_STEP_MS = 1_000;

/** A wall clock that was set back. */
export interface Step {
  readonly byMs: number;
  /** Whether the step is too long to be waited out. */
  readonly isReplanned: boolean;
}

/** Notices that the wall clock was set back: each step once. */
export class SetBack {
  /** The latest instant that was seen, epoch ms. */
  #latest = -Infinity;
  #isWaiting = false;

  /** Looks at the clock, which shows `now` (epoch ms); `undefined` when nothing is new. */
  notice(now: number): Step | undefined {
    const byMs = this.#latest - now;
    const wasWaiting = this.#isWaiting;
    this.#isWaiting = byMs >= LEAST_STEP_MS && byMs < LONGEST_WAIT_MS;
    if (!this.#isWaiting) this.#latest = byMs >= LONGEST_WAIT_MS ? now : Math.max(this.#latest, now);
    if (byMs >= LONGEST_WAIT_MS) return { byMs, isReplanned: true };
    return this.#isWaiting && !wasWaiting ? { byMs, isReplanned: false } : undefined;
  }
}
