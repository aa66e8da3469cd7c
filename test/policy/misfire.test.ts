import { describe, expect, it } from 'vitest';
import { DEFAULT_MISFIRE, missedUntil, type Misfire } from '../../lib/policy/misfire.js';

const NOW = Date.UTC(2026, 0, 1);

describe('missedUntil', () => {
  it.each<[string, Misfire, number, number | null]>([
    ['on time', 'coalesce', NOW, null],
    ['as late as the grace allows', 'coalesce', NOW - 60_000, null],
    ['later than that', 'coalesce', NOW - 60_001, NOW],
    ['early, the clock having been set back', 'coalesce', NOW + 3_600_000, null],
    ['as late as the grace allows', 'skip', NOW - 60_000, null],
    ['later than that', 'skip', NOW - 60_001, NOW - 60_001],
    ['a day late', 'skip', NOW - 86_400_000, NOW - 60_001],
    ['a day late', 'all', NOW - 86_400_000, null],
  ])('of an instant that is %s, under %s', (_, misfire, dueAt, until) => {
    expect(missedUntil({ misfire, misfireGraceMs: 60_000 }, dueAt, NOW)).toBe(until);
  });

  it('has a grace of a minute unless told otherwise', () => {
    expect(DEFAULT_MISFIRE).toEqual({ misfire: 'coalesce', misfireGraceMs: 60_000 });
  });
});
