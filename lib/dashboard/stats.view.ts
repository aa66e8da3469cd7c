import type { Run } from '../run/run.js';
import type { StatsView } from './api.views.js';
import { markOf } from './run.views.js';

/** How many of the newest runs count. */
export const MOST_COUNTED_RUNS = 100;

/** @param runs the newest first. */
export function statsOf(runs: readonly Run[]): StatsView {
  const ended = runs.filter(({ outcome }) => outcome !== null && outcome.kind !== 'skipped');
  const successes = ended.filter(({ outcome }) => outcome?.kind === 'success').length;
  const took = ended
    .filter(({ startedAt }) => startedAt !== null)
    .map(({ startedAt, endedAt }) => endedAt! - startedAt!)
    .toSorted((a, b) => a - b);
  return {
    runs: ended.length,
    skips: runs.filter(({ outcome }) => outcome?.kind === 'skipped').length,
    successRate: ended.length === 0 ? null : successes / ended.length,
    p50Ms: quantile(took, 0.5),
    p95Ms: quantile(took, 0.95),
    recent: runs.map(markOf).toReversed(),
  };
}

/** The smallest value that so many are not above: of a sorted list, `null` of an empty one. */
function quantile(sorted: readonly number[], fraction: number): number | null {
  return sorted[Math.max(Math.ceil(sorted.length * fraction) - 1, 0)] ?? null;
}
