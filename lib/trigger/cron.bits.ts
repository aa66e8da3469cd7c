/** A set of whole numbers from 0 to 63, of which the lower half and the upper half are 32-bit integers. */
export interface BitSet {
  readonly low: number;
  readonly high: number;
}

/** Stands for "none"; it is larger than any member. */
export const NONE = 64;

export function bitSet(values: Iterable<number>): BitSet {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < 32) low |= 1 << value;
    else high |= 1 << (value - 32);
  }
  return { low, high };
}

/** The least member at or above `from` (0 to 63), or `NONE`. */
export function nextMember(set: BitSet, from: number): number {
  if (from < 32) {
    const rest = set.low & (-1 << from);
    if (rest !== 0) return lowestBit(rest);
  }
  const rest = set.high & (from > 32 ? -1 << (from - 32) : -1);
  return rest === 0 ? NONE : 32 + lowestBit(rest);
}

/** The number of the lowest bit that is set; `bits` has one. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
