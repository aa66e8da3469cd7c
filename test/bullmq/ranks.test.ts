import { expect, it } from 'vitest';
import { MOST_PRIORITY, Ranks } from '../../lib/bullmq/ranks.js';

it('a higher priority is a lower number, and most have none where nothing comes before others', () => {
  const ranks = new Ranks();
  ranks.note({ priority: -1 });
  const before = [0, -1, -2].map(priority => ranks.of({ priority }));

  ranks.note({ priority: 1 });
  const all = [MOST_PRIORITY, 1, 0, -1, -MOST_PRIORITY].map(priority => ranks.of({ priority }));

  expect(before).toEqual([0, 1, 2]);
  // The numbers that BullMQ takes.
  expect(all).toEqual([1, 1_000_000, 1_000_001, 1_000_002, 2_000_001]);
});
