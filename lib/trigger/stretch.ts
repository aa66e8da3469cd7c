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

/** The last instant until `until`: bounded by backward steps that double, then bisected. `from` is one. */
export function lastOf(triggers: readonly Trigger[], from: number, until: number): number {
  let last = from;
  /** From here on, until `until`, there is none. */
  let none = until;
  for (let back = 1; last === from && until - back > from; back *= 2) {
    const at = nextOf(triggers, until - back);
    if (at !== null && at <= until) last = at;
    else none = until - back;
  }
  while (last < none) {
    const middle = last + Math.floor((none - last) / 2);
    const at = nextOf(triggers, middle);
    if (at !== null && at <= none) last = at;
    else none = middle;
  }
  return last;
}

/** The latest instants of a stretch of time (both ends included; `first` is one), the earliest of them first. */
export function newestOf(
  triggers: readonly Trigger[],
  { first, until }: { readonly first: number; readonly until: number },
  most: number,
): readonly number[] {
  const newest = [lastOf(triggers, first, until)];
  while (newest.length < most && newest.at(-1)! > first) {
    newest.push(lastOf(triggers, first, newest.at(-1)! - 1));
  }
  return newest.toReversed();
}
