/** What becomes of due instants that are found too late: the process was stopped, blocked, or asleep. */
export type Misfire =
  /** The latest of them runs, and the others are skipped as `coalesced`. */
  | 'coalesce'
  /** All are skipped as `misfire`. */
  | 'skip'
  /** All run, one after another. */
  | 'all';

/** Every misfire policy there is. */
export const MISFIRES: readonly Misfire[] = ['coalesce', 'skip', 'all'];

export interface MisfirePolicy {
  readonly misfire: Misfire;
  /** How late an instant may be found before it counts as missed, in ms. */
  readonly misfireGraceMs: number;
}

export const DEFAULT_MISFIRE: MisfirePolicy = Object.freeze({ misfire: 'coalesce', misfireGraceMs: 60_000 });

/**
 * The last instant that counts as missed together with one that is due, all in epoch ms; `null` when that one is
 * not missed, and runs by itself.
 */
export function missedUntil(
  { misfire, misfireGraceMs }: MisfirePolicy,
  dueAt: number,
  now: number,
): number | null {
  if (now - dueAt <= misfireGraceMs || misfire === 'all') return null;
  return misfire === 'coalesce' ? now : now - misfireGraceMs - 1;
}
