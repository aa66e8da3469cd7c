/** Why a due instant made no attempt. */
export type SkipReason =
  | 'overlap'
  | 'superseded'
  | 'bufferFull'
  | 'paused'
  | 'disabled'
  | 'misfire'
  | 'coalesced'
  | 'excluded'
  | 'guard'
  | 'draining'
  | 'down'
  | 'expired';

/** How one attempt ended. */
export type AttemptOutcome =
  /** The handler returned; `result` is what it returned, awaited. */
  | { readonly kind: 'success'; readonly result?: unknown }
  /** The handler threw or rejected; `error` is what it threw, unchanged. */
  | { readonly kind: 'failure'; readonly error: unknown }
  /** The attempt took longer than its timeout, in ms. */
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** Somebody ended it, for this reason; `error` is what the handler threw of its own on its way out. */
  | { readonly kind: 'cancelled'; readonly reason: string; readonly error?: unknown }
  /** Nobody saw its end: the handler ignored its abort, or its process died. */
  | { readonly kind: 'abandoned'; readonly reason: 'drain' | 'crash' };

/** Due instants that made no attempt. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly reason: SkipReason;
  /** How many instants, from the run's `dueAt` to `lastDueAt`: 1, or more that were missed together (counted to 100,000). */
  readonly count: number;
  /** Epoch ms. */
  readonly lastDueAt: number;
  /** More about it in words, such as which run it overlapped or since when it is paused; `null` when the reason says all. */
  readonly detail: string | null;
}

/** How a run ended: as its last attempt did, or skipped without any. */
export type Outcome = AttemptOutcome | Skipped;
