import { describe, expect, it } from 'vitest';
import { admission, OVERLAPS, type Admission, type Overlap } from '../../lib/policy/overlap.js';

const policy = (overlap: Overlap, concurrency: number | null = null) => ({
  overlap,
  concurrency,
  bufferSize: 3,
});

describe('admission', () => {
  it.each<[Overlap, active: number, waiting: number, Admission]>([
    ['skip', 0, 0, 'start'],
    ['skip', 1, 0, 'overlap'],
    ['bufferOne', 0, 0, 'start'],
    ['bufferOne', 1, 0, 'wait'],
    ['bufferOne', 1, 1, 'bufferFull'],
    ['bufferAll', 0, 0, 'start'],
    ['bufferAll', 1, 0, 'wait'],
    ['bufferAll', 1, 2, 'wait'],
    ['bufferAll', 1, 3, 'bufferFull'],
    ['cancelOther', 0, 0, 'start'],
    ['cancelOther', 1, 0, 'replace'],
    ['cancelOther', 1, 1, 'replace'],
    ['allowAll', 0, 0, 'start'],
    ['allowAll', 1_000, 0, 'start'],
  ])('under %s, while %d run and %d wait: %s', (overlap, active, waiting, admitted) => {
    expect(admission(policy(overlap), { active, waiting })).toBe(admitted);
  });

  it.each<[active: number, waiting: number, Admission]>([
    [1, 0, 'start'],
    [2, 0, 'wait'],
    [2, 2, 'wait'],
    [2, 3, 'bufferFull'],
    [1, 1, 'wait'],
  ])('under allowAll with a concurrency of 2, while %d run and %d wait: %s', (active, waiting, admitted) => {
    expect(admission(policy('allowAll', 2), { active, waiting })).toBe(admitted);
  });

  it('knows all policies that it decides', () => {
    expect(OVERLAPS).toEqual(['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll']);
  });
});
