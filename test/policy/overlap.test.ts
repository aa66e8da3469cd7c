import { describe, expect, it } from 'vitest';
import { admits, OVERLAPS, type Overlap } from '../../lib/policy/overlap.js';

describe('admits', () => {
  it.each<[Overlap, number, boolean]>([
    ['skip', 0, true],
    ['skip', 1, false],
    ['skip', 2, false],
    ['allowAll', 0, true],
    ['allowAll', 1, true],
    ['allowAll', 1_000, true],
  ])("under '%s', while %d runs go on: %s", (overlap, active, admitted) => {
    expect(admits(overlap, active)).toBe(admitted);
  });

  it('knows all policies that it decides', () => {
    expect(OVERLAPS).toEqual(['skip', 'allowAll']);
  });
});
