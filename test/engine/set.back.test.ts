import { describe, expect, it } from 'vitest';
import { SetBack } from '../../lib/engine/set.back.js';

const HOUR_MS = 3_600_000;

describe('SetBack', () => {
  it.each<[string, number[], unknown[]]>([
    ['nothing while time goes by', [0, 5, 5, 9], []],
    ['nothing of what network time corrects', [10_000, 9_001, 10_000], []],
    ['a step of a second', [10_000, 9_000], [{ byMs: 1_000, isReplanned: false }]],
    [
      'a step once, while it is waited out',
      [10_000, 5_000, 6_000, 9_500, 11_000],
      [{ byMs: 5_000, isReplanned: false }],
    ],
    [
      'a second step after the first was waited out',
      [10_000, 5_000, 10_000, 8_000],
      [
        { byMs: 5_000, isReplanned: false },
        { byMs: 2_000, isReplanned: false },
      ],
    ],
    [
      'a step of hours, after which all is new',
      [24 * HOUR_MS, HOUR_MS, HOUR_MS + 1],
      [{ byMs: 23 * HOUR_MS, isReplanned: true }],
    ],
    [
      'small steps that add up',
      [4 * HOUR_MS, 2 * HOUR_MS, 0],
      [
        { byMs: 2 * HOUR_MS, isReplanned: false },
        { byMs: 4 * HOUR_MS, isReplanned: true },
      ],
    ],
  ])('notices %s', (_, instants, steps) => {
    const setBack = new SetBack();

    expect(instants.map(now => setBack.notice(now)).filter(Boolean)).toEqual(steps);
  });
});
