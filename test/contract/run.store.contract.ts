import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../lib/run/run.js';
import type { RunStore } from '../../lib/run/run.store.js';
import { finishedRun, NEW_YEAR, runningRun, skippedRun } from '../run/sample.run.js';

/** What any run store does. `create` makes an empty one that keeps at least 100 runs of a task, 1,000 in all. */
export function describeRunStore(name: string, create: () => RunStore | Promise<RunStore>): void {
  describe(`${name}, as any run store`, () => {
    let store: RunStore;

    beforeEach(async () => {
      store = await create();
    });

    const taskName = 'ReportTasks.send';
    const run = (n: number, fields: Partial<Run> = {}) =>
      finishedRun({ id: `run-${n}`, dueAt: NEW_YEAR + n, ...fields } as object);

    async function append(...runs: Run[]): Promise<void> {
      for (const each of runs) await store.append(each);
    }

    async function idsOf(query: { limit: number; cursor?: string | null; taskName?: string }) {
      const { items, nextCursor } = await store.list({ taskName, cursor: null, ...query });
      return { ids: items.map(({ id }) => id), nextCursor };
    }

    it('finds a run by its id', async () => {
      await append(run(1), run(2));

      expect(await store.find('run-1')).toEqual(run(1));
    });

    it('finds nothing under an id that it does not keep', async () => {
      await append(run(1));

      expect(await store.find('run-2')).toBeUndefined();
    });

    it.each([
      ['that goes on', runningRun()],
      ['that succeeded', finishedRun({ outcome: { kind: 'success', result: { sent: 3 } } })],
      ['that timed out', finishedRun({ outcome: { kind: 'timeout', timeoutMs: 5_000 } })],
      ['that was cancelled', finishedRun({ outcome: { kind: 'cancelled', reason: 'drain' } })],
      ['that was abandoned', finishedRun({ outcome: { kind: 'abandoned', reason: 'drain' } })],
      ['that was skipped', skippedRun()],
      ['of several attempts', severalAttempts()],
      ['by hand', finishedRun({ cause: 'manual' })],
    ])('keeps a run %s as it is', async (_, kept) => {
      await append(kept);

      expect(await store.find(kept.id)).toEqual(kept);
      expect((await store.list({ taskName, limit: 1, cursor: null })).items).toEqual([kept]);
    });

    it('puts the end of a run in the place of its start', async () => {
      const end = finishedRun();
      await append(runningRun({ id: end.id }));

      await append(end);

      expect(await store.find(end.id)).toEqual(end);
      expect(await idsOf({ limit: 10 })).toEqual({ ids: [end.id], nextCursor: null });
    });

    it('lists the runs of a task from the newest to the oldest, in the order in which they came', async () => {
      await append(run(1), run(2), run(3));

      expect(await idsOf({ limit: 10 })).toEqual({ ids: ['run-3', 'run-2', 'run-1'], nextCursor: null });
    });

    it('leaves a run at its place when it ends after a later one', async () => {
      await append(runningRun({ id: 'run-1' }), run(2));

      await append(run(1));

      expect(await idsOf({ limit: 10 })).toEqual({ ids: ['run-2', 'run-1'], nextCursor: null });
    });

    it('lists the runs of one task only', async () => {
      await append(run(1), run(2, { taskName: 'CleanUp' }), run(3));

      expect(await idsOf({ limit: 10 })).toEqual({ ids: ['run-3', 'run-1'], nextCursor: null });
      expect(await idsOf({ limit: 10, taskName: 'CleanUp' })).toEqual({ ids: ['run-2'], nextCursor: null });
    });

    it('lists nothing of a task that has no runs', async () => {
      await append(run(1));

      expect(await idsOf({ limit: 10, taskName: 'CleanUp' })).toEqual({ ids: [], nextCursor: null });
    });

    it.each([1, 2, 3, 7, 20, 21, 50])('lists every run once, in pages of %d', async limit => {
      await append(...Array.from({ length: 21 }, (_, n) => run(n)));
      const listed: string[] = [];
      let [cursor, pages] = [null as string | null, 0];

      do {
        const page = await idsOf({ limit, cursor });
        listed.push(...page.ids);
        cursor = page.nextCursor;
        pages++;
      } while (cursor !== null);

      expect(listed).toEqual(Array.from({ length: 21 }, (_, n) => `run-${20 - n}`));
      expect(pages).toBe(Math.ceil(21 / limit));
    });

    it('does not shift the pages when runs come in between', async () => {
      await append(run(1), run(2), run(3), run(4));
      const { nextCursor } = await idsOf({ limit: 2 });

      await append(run(5), run(6));

      expect(await idsOf({ limit: 2, cursor: nextCursor })).toEqual({
        ids: ['run-2', 'run-1'],
        nextCursor: null,
      });
    });

    it.each([
      ['that it never gave', 'nonsense'],
      ['of another task', 'run-2'],
    ])('answers a cursor %s with an empty last page, not with the first one again', async (_, cursor) => {
      await append(run(1), run(2, { taskName: 'CleanUp' }));

      expect(await idsOf({ limit: 10, cursor })).toEqual({ ids: [], nextCursor: null });
    });
  });
}

function severalAttempts(): Run {
  const failed = { number: 1, startedAt: NEW_YEAR, endedAt: NEW_YEAR + 10 };
  const succeeded = { number: 2, startedAt: NEW_YEAR + 1_010, endedAt: NEW_YEAR + 1_020 };
  return finishedRun({
    attempts: [
      { ...failed, outcome: { kind: 'timeout', timeoutMs: 10 } },
      { ...succeeded, outcome: { kind: 'success' } },
    ],
  });
}
