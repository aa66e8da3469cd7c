import { randomUUID } from 'node:crypto';
import { randomOf } from './jitter.js';

/** Where everything comes from that looks random. */
export interface Draws {
  /** A number from [0, 1): the same for the same text. */
  readonly of: (text: string) => number;
  /** What sets a run that no instant names, by hand or at the start, apart from all others. */
  readonly id: () => string;
}

/** Every process draws the same numbers, and no two the same id. */
export const COMMON_DRAWS: Draws = Object.freeze({ of: randomOf, id: randomUUID });
