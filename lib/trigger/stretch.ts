import type { Trigger } from './trigger.js';
import { nextOf } from './upcoming.js';

/** The instants of some triggers within a stretch of time, all in epoch ms. */
export interface Stretch {
  /** How many there are, counted to `MOST_COUNTED` at most. */
  readonly count: number;
  readonly last: number;
  /** The one before the last; `null` when there is one only. */
  readonly beforeLast: number | null;
}

/** Counting a year of seconds would stall the event loop. */
export const MOST_COUNTED = 100_000;

/** The instants from a due one on, `from`, until `until`, both included. */
export function stretchOf(triggers: readonly Trigger[], from: number, until: number): Stretch {
  let count = 1;
  let last = from;
  let beforeLast: number | null = null;
  for (; count < MOST_COUNTED; count++) {
    const at = nextOf(triggers, last);
    if (at === null || at > until) return { count, last, beforeLast };
    beforeLast = last;
    last = at;
  }
  last = lastOf(triggers, last, until);
  return { count, last, beforeLast: lastOf(triggers, from, last - 1) };
}

/** The last instant until `until`, found backwards in steps that double; `from` is one. */
export function lastOf(triggers: readonly Trigger[], from: number, until: number): number {
  let last: number | null = null;
  for (let back = 1; last === null && until - back > from; back *= 2) {
    const at = nextOf(triggers, until - back);
    if (at !== null && at <= until) last = at;
  }
  last ??= from;
  for (let at = nextOf(triggers, last); at !== null && at <= until; at = nextOf(triggers, last)) last = at;
  return last;
}
