import type { SkipReason } from '../run/outcome.js';

/** What becomes of a due run while an earlier one of the same task goes on; the names are those of Temporal. */
export type Overlap =
  /** It is skipped. */
  | 'skip'
  /** It waits; one run waits at most, and further ones are skipped. */
  | 'bufferOne'
  /** It waits, behind those that wait already; beyond `bufferSize` it is skipped. */
  | 'bufferAll'
  /** It cancels the earlier one, and starts when that one has ended. */
  | 'cancelOther'
  /** Both run, up to the task's `concurrency`; beyond that it waits as with `bufferAll`. */
  | 'allowAll';

/** Every overlap policy there is. */
export const OVERLAPS: readonly Overlap[] = ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'];

export interface OverlapPolicy {
  readonly overlap: Overlap;
  /** How many runs of the task may go on at once; counts for `allowAll` only. `null` = any number. */
  readonly concurrency: number | null;
  /** How many runs may wait. */
  readonly bufferSize: number;
}

/** How it stands with a task's runs. */
export interface Crowd {
  /** Runs that hold a slot. */
  readonly active: number;
  /** Runs that wait for one. */
  readonly waiting: number;
}

/** What a run is to do: start, wait, wait while all others are cancelled, or not run at all. */
export type Admission = 'start' | 'wait' | 'replace' | Extract<SkipReason, 'overlap' | 'bufferFull'>;

/** How many runs of a task may go on at once. */
export function capacity({ overlap, concurrency }: Pick<OverlapPolicy, 'overlap' | 'concurrency'>): number {
  return overlap === 'allowAll' ? (concurrency ?? Infinity) : 1;
}

/** Whether a run may start while others of its task hold their slots or wait for one. */
export function admission({ overlap, concurrency, bufferSize }: OverlapPolicy, crowd: Crowd): Admission {
  if (crowd.active < capacity({ overlap, concurrency }) && crowd.waiting === 0) return 'start';
  switch (overlap) {
    case 'skip':
      return 'overlap';
    case 'cancelOther':
      return 'replace';
    case 'bufferOne':
      return crowd.waiting < 1 ? 'wait' : 'bufferFull';
    case 'bufferAll':
    case 'allowAll':
      return crowd.waiting < bufferSize ? 'wait' : 'bufferFull';
  }
}
