/** What becomes of a due run while an earlier one of the same task goes on. */
export type Overlap =
  /** It is skipped. */
  | 'skip'
  /** Both run. */
  | 'allowAll';

/** Every overlap policy there is. */
export const OVERLAPS: readonly Overlap[] = ['skip', 'allowAll'];

/** Whether a run may start while `active` runs of its task hold their slots. */
export function admits(overlap: Overlap, active: number): boolean {
  return overlap === 'allowAll' || active === 0;
}
