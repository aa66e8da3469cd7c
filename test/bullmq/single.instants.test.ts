import { describe, expect, it } from 'vitest';
import { instantsOf, MOST_SINGLE } from '../../lib/bullmq/single.instants.js';
import type { Skip, Submission } from '../../lib/engine/engine.js';
import { TaskResolver } from '../../lib/task/task.resolver.js';

const resolver = new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined });
const task = resolver.resolve({
  name: 'poll',
  place: 'poll',
  owner: {},
  handler: () => undefined,
  declarations: [{ where: 'poll', options: { every: '1s' } }],
});

function skipped(from: number, lastDueAt: number): Submission {
  const count = (lastDueAt - from) / 1_000 + 1;
  const verdict: Skip = { kind: 'skip', reason: 'down', count, lastDueAt, detail: null };
  return { id: `poll@${from}`, task, cause: 'catchUp', dueAt: from, payload: undefined, verdict };
}

describe('the single instants of a stretch', () => {
  it('have a submission each, with the id that any process gives them', () => {
    const all = instantsOf(skipped(10_000, 13_000), 0);

    expect(all.map(({ id }) => id)).toEqual(['poll@10000', 'poll@11000', 'poll@12000', 'poll@13000']);
    expect(all.map(({ verdict }) => (verdict as Skip).count)).toEqual([1, 1, 1, 1]);
  });

  it('that are older than what is kept have none', () => {
    expect(instantsOf(skipped(10_000, 13_000), 11_500).map(({ dueAt }) => dueAt)).toEqual([12_000, 13_000]);
    expect(instantsOf(skipped(10_000, 13_000), 99_000)).toEqual([]);
    const run = { ...skipped(10_000, 10_000), verdict: { kind: 'run' } } as const;
    expect(instantsOf(run, 10_000)).toEqual([run]);
    expect(instantsOf(run, 10_001)).toEqual([]);
  });

  it('beyond the newest thousand have one together, and none is lost', () => {
    const [older, ...single] = instantsOf(skipped(10_000, 5_009_000), 0);

    expect(single).toHaveLength(MOST_SINGLE);
    expect(older!.verdict).toMatchObject({ count: 4_000, lastDueAt: 10_000 + 3_999_000 });
    expect(single[0]!.dueAt).toBe(10_000 + 4_000_000);
  });
});
