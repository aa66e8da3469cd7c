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
 * are left out in turn, and the latest that is kept.
 */
export function alternating(
  triggers: readonly Trigger[],
  { from, until }: { readonly from: number; readonly until: number },
  isKept: (at: number) => boolean,
): { readonly rows: readonly Row[]; readonly latest: number | null } {
  const rows: { first: number; last: number; isKept: boolean }[] = [];
  let latest: number | null = null;
  let at: number | null = from;
  while (at !== null && at <= until) {
    const isIn = isKept(at);
    if (isIn) latest = at;
    const row = rows.at(-1);
    if (row?.isKept === isIn) row.last = at;
    else rows.push({ first: at, last: at, isKept: isIn });
    at = nextOf(triggers, at);
  }
  return { rows, latest };
}
