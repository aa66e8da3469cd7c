/** An instant found later than this many ms after it was due has misfired. */
export const MISFIRE_GRACE_MS = 60_000;

/** When a due instant was found, all in epoch ms. */
export interface Found {
  readonly dueAt: number;
  /** The instant after it; `null` when there is none. */
  readonly nextAt: number | null;
  readonly now: number;
}

/** Whether a misfired instant gives way to a later one that is due as well: of several, the latest runs. */
export function isCoalesced({ dueAt, nextAt, now }: Found): boolean {
  return now - dueAt > MISFIRE_GRACE_MS && nextAt !== null && nextAt <= now;
}
