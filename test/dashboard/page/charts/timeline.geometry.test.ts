import { describe, expect, it } from 'vitest';
import { placeRuns, streakAt, type Frame } from '../../../../lib/dashboard/page/charts/timeline.geometry.js';
import { mark } from '../mark.js';

/** One pixel a second. */
const frame: Frame = { from: 0, to: 1_000_000, width: 1_000, now: 900_000 };
const seconds = (s: number) => s * 1_000;
const placed = (marks: Parameters<typeof placeRuns>[0]) =>
  placeRuns(marks, frame).map(({ kind, x0, x1, count }) => [kind, x0, x1, count]);

describe('a lane', () => {
  it('shows a run from its start to its end', () => {
    expect(placed([mark({ dueAt: seconds(98), startedAt: seconds(100), endedAt: seconds(160) })])).toEqual([
      ['success', 100, 160, 1],
    ]);
  });

  it('draws what goes on up to now', () => {
    expect(placed([mark({ dueAt: seconds(800), outcome: null, endedAt: null })])).toEqual([
      ['running', 800, 900, 1],
    ]);
  });

  it('joins runs of one kind that lie too close to tell apart', () => {
    const marks = [0, 8, 16, 40].map(s => mark({ dueAt: seconds(s) }));

    expect(placed(marks)).toEqual([
      ['success', 0, 16, 3],
      ['success', 40, 40, 1],
    ]);
  });

  it('never hides a failure among successes, and draws it on top', () => {
    const marks = [0, 4, 8].map(s => mark({ dueAt: seconds(s), outcome: s === 4 ? 'failure' : 'success' }));

    expect(placed(marks)).toEqual([
      ['success', 0, 8, 2],
      ['failure', 4, 4, 1],
    ]);
  });

  it('stretches a skip over all its instants', () => {
    const skip = mark({
      dueAt: seconds(10),
      lastDueAt: seconds(60),
      startedAt: null,
      endedAt: seconds(10),
      outcome: 'skipped',
      count: 6,
    });

    expect(placed([skip])).toEqual([['skipped', 10, 60, 6]]);
  });

  it('cuts what reaches out of the picture and leaves out what lies outside', () => {
    const marks = [
      mark({ dueAt: seconds(-50), endedAt: seconds(20) }),
      mark({ dueAt: seconds(-90), endedAt: seconds(-60) }),
      mark({ dueAt: seconds(1_001) }),
    ];

    expect(placed(marks)).toEqual([['success', 0, 20, 1]]);
  });

  it('keeps where runs were retried', () => {
    const marks = [mark({ dueAt: 0 }), mark({ dueAt: seconds(5), attempts: 3 })];

    expect(placeRuns(marks, frame)[0]!.retriedAt).toEqual([5]);
  });

  it('finds what lies under the pointer, of two the one on top', () => {
    const streaks = placeRuns(
      [
        mark({ dueAt: seconds(100), endedAt: seconds(200) }),
        mark({ dueAt: seconds(150), outcome: 'timeout' }),
      ],
      frame,
    );

    expect(streakAt(streaks, 150, 7)?.kind).toBe('timeout');
    expect(streakAt(streaks, 120, 7)?.kind).toBe('success');
    expect(streakAt(streaks, 206, 7)?.kind).toBe('success');
    expect(streakAt(streaks, 300, 7)).toBeNull();
  });
});
