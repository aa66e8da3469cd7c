/**
 * A pure rule that names instants. Two calls with one argument give one answer, in every process: what is due
 * follows from the rule and the time alone.
 */
export interface Trigger {
  /**
   * The first instant strictly after `after`, both in epoch ms; `null` when there is none any more.
   */
  next(after: number): number | null;
  /** The rule as a person reads it: `every 10s`, `cron 0 0 * * * (Europe/Paris)`. */
  toString(): string;
}

/** The last instant that a Date can name, in epoch ms. */
export const LAST_INSTANT = 8.64e15;
