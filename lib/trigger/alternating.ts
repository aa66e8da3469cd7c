import { MOST_COUNTED, lastOf } from './stretch.js';
import type { Trigger } from './trigger.js';
import { nextOf } from './upcoming.js';

/** Instants in a row that are all kept, or all left out; epoch ms. */
export interface Row {
  readonly first: number;
  readonly last: number;
  readonly isKept: boolean;
}

/**
 * The instants of a stretch of time (epoch ms, both ends included; `from` is one), as rows that are kept and rows that
 * are left out in turn, and the latest that is kept. What lies beyond 100,000 instants is one row, of the kind of its
 * last instant.
 */
export function alternating(
  triggers: readonly Trigger[],
  { from, until }: { readonly from: number; readonly until: number },
  isKept: (at: number) => boolean,
): { readonly rows: readonly Row[]; readonly latest: number | null } {
  const rows: { first: number; last: number; isKept: boolean }[] = [];
  let latest: number | null = null;
  let at: number | null = from;
  for (let count = 0; at !== null && at <= until; count++) {
    const last: number = count < MOST_COUNTED ? at : lastOf(triggers, at, until);
    const isIn = isKept(last);
    if (isIn) latest = last;
    const row = rows.at(-1);
    if (row?.isKept === isIn) row.last = last;
    else rows.push({ first: at, last, isKept: isIn });
    at = nextOf(triggers, last);
  }
  return { rows, latest };
}
