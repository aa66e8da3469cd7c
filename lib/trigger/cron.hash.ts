import { InvalidCronError } from '../errors.js';

/** Picks the value that stands for `H`, between two bounds, both included. */
export type Hash = (fieldName: string, min: number, max: number) => number;

/** The values follow from the seed and the field alone, so that all processes and all versions agree on them. */
export function hashBy(seed: string | undefined, expression: string): Hash {
  return (fieldName, min, max) => {
    if (seed !== undefined) return min + (fnv1a(`${seed} ${fieldName}`) % (max - min + 1));
    throw new InvalidCronError({
      where: 'cronTrigger',
      expected: 'an expression without H, or a hashSeed',
      got: expression,
      remedy: "Give a hashSeed, such as the task's name, that H is to be spread by.",
    });
  };
}

/** FNV-1a of UTF-16 units in 32 bits, stirred as MurmurHash3 ends: near texts differ in all bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
