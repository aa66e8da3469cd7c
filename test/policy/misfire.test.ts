import { describe, expect, it } from 'vitest';
import { isCoalesced, MISFIRE_GRACE_MS } from '../../lib/policy/misfire.js';

describe('isCoalesced', () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    ['is on time', { dueAt: now, nextAt: now + 10_000 }, false],
    ['is as late as the grace allows, a later one being due', { dueAt: now - 60_000, nextAt: now }, false],
    ['is later than that, a later one being due', { dueAt: now - 60_001, nextAt: now }, true],
    ['is far later, many being due', { dueAt: now - 86_400_000, nextAt: now - 86_390_000 }, true],
    ['is far later, but the latest', { dueAt: now - 86_400_000, nextAt: now + 1 }, false],
    ['is far later, and the last of all', { dueAt: now - 86_400_000, nextAt: null }, false],
    ['is early, the clock having stepped back', { dueAt: now + 3_600_000, nextAt: now + 3_610_000 }, false],
  ])('when an instant %s', (_, found, coalesced) => {
    expect(isCoalesced({ ...found, now })).toBe(coalesced);
  });

  it('leaves one instant to run, of however many were missed', () => {
    const missed = Array.from({ length: 1_000 }, (_, i) => now - 100_000_000 + i * 10_000);

    const running = missed.filter((dueAt, i) => !isCoalesced({ dueAt, nextAt: missed[i + 1] ?? null, now }));

    expect(running).toEqual([missed.at(-1)]);
  });

  it('has a grace of a minute', () => {
    expect(MISFIRE_GRACE_MS).toBe(60_000);
  });
});
