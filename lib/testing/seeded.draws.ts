import { createHash } from 'node:crypto';
import { randomOf } from '../policy/jitter.js';
import type { Draws } from '../policy/draws.js';

/** What makes one test draw other numbers than another. */
export type Seed = string | number;

/**
 * The same draws for the same seed and start; without a seed, jitter and backoff are those of a real process.
 *
 * @param startAt epoch ms: a process that starts later on the same history has ids of its own.
 */
export function seededDraws(seed: Seed | undefined, startAt: number): Draws {
  let drawn = 0;
  return {
    of: seed === undefined ? randomOf : text => randomOf(`${text} ${seed}`),
    id: () => idOf(`${seed} ${startAt} ${drawn++}`),
  };
}

/** In the form of a UUID, as the ids of a real process are. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
