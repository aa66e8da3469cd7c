import type { Submission } from '../engine/engine.js';
import type { Outcome, SkipReason } from '../run/outcome.js';
import type { Run } from '../run/run.js';
import type { StsEvent } from '../run/run.events.js';
import { isOfInstant } from '../run/merged.skip.js';

/** How many due instants there were since the scheduler was made, and what became of them. */
export interface Stats {
  /** Epoch ms. */
  readonly since: number;
  /** Instants that triggers named, caught-up ones too. */
  readonly due: number;
  /** How many of them ended in which way. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  /** How many of the skipped ones were skipped why; reasons that never occurred are absent. */
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** How many run, or wait to. */
  readonly going: number;
  /** `due` without all of these: 0, or something is wrong. */
  readonly unaccounted: number;
  /** Runs that no instant asked for, by hand or at the start, that have ended. */
  readonly others: number;
}

/** Counts what is due, and what becomes of it. */
export class Ledger {
  /** When counting began, epoch ms. */
  readonly since: number;
  #due = 0;
  readonly #outcomes = { success: 0, failure: 0, timeout: 0, cancelled: 0, abandoned: 0, skipped: 0 };
  readonly #skipped: Partial<Record<SkipReason, number>> = {};
  #others = 0;

  /** @param since when counting begins, epoch ms. */
  constructor(since: number) {
    this.since = since;
  }

  /** What was submitted: a run by hand, or instants that are due. */
  count(submission: Submission): void {
    if (!isOfInstant(submission)) return;
    this.#due += submission.verdict.kind === 'skip' ? submission.verdict.count : 1;
  }

  /** A run that was counted, and has its outcome in another process. */
  discount(submission: Submission): void {
    if (isOfInstant(submission)) this.#due--;
  }

  /** A run that an earlier process accepted, and that ends here. */
  inherit(run: Run): void {
    if (isOfInstant(run)) this.#due++;
  }

  hear(event: StsEvent): void {
    // The next process counts it.
    if (event.type === 'runLeft' && isOfInstant(event.run)) this.#due--;
    if (event.type !== 'runSkipped' && event.type !== 'runFinished') return;
    const { run } = event;
    if (isOfInstant(run)) this.#add(run.outcome);
    else this.#others++;
  }

  /** @param going how many runs of due instants have not ended. */
  stats(going: number): Stats {
    const ended = Object.values(this.#outcomes).reduce((sum, n) => sum + n, 0);
    return {
      since: this.since,
      due: this.#due,
      outcomes: { ...this.#outcomes },
      skipped: { ...this.#skipped },
      going,
      unaccounted: this.#due - ended - going,
      others: this.#others,
    };
  }

  #add(outcome: Outcome): void {
    const count = outcome.kind === 'skipped' ? outcome.count : 1;
    this.#outcomes[outcome.kind] += count;
    if (outcome.kind !== 'skipped') return;
    this.#skipped[outcome.reason] = (this.#skipped[outcome.reason] ?? 0) + count;
  }
}
