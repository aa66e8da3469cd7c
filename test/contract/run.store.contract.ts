import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../lib/run/run.js';
import type { RunStore } from '../../lib/run/run.store.js';
import type { SkipReason } from '../../lib/run/outcome.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';

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
      const kept = runs.map(each => store.append(each));
      // One that writes now and then writes before it answers.
      await store.find('');
      await Promise.all(kept);
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

    describe('of instants that were skipped', () => {
      const skip = (n: number, fields: Partial<Run> & { reason?: SkipReason; count?: number } = {}) => {
        const { reason = 'paused', count = 1, ...others } = fields;
        const dueAt = NEW_YEAR + n * 1_000;
        const outcome = { ...skipped(reason, dueAt + (count - 1) * 1_000), count };
        return skippedRun({ id: `run-${n}`, dueAt, endedAt: dueAt, outcome, ...others } as object);
      };
      const listed = async () =>
        (await store.list({ taskName, limit: 10, cursor: null })).items.map(({ id, outcome }) =>
          outcome?.kind === 'skipped'
            ? `${id} ${outcome.reason} ×${outcome.count}`
            : `${id} ${outcome?.kind}`,
        );

      it('makes one record for one reason', async () => {
        await append(skip(1), skip(2), skip(3, { count: 5 }));

        expect(await listed()).toEqual(['run-1 paused ×7']);
        expect((await store.find('run-1'))!.outcome).toMatchObject({ lastDueAt: NEW_YEAR + 7_000 });
      });

      it.each([
        ['another reason', skip(2, { reason: 'overlap' })],
        ['an earlier instant', skip(0)],
        ['a manual run', skip(2, { cause: 'manual' })],
      ])('begins another record for %s', async (_, other) => {
        await append(skip(1), other);

        expect(await listed()).toHaveLength(2);
      });

      it('begins another record after an instant that ran', async () => {
        await append(skip(1), finishedRun({ id: 'run-2', dueAt: NEW_YEAR + 2_000 }), skip(3));

        expect(await listed()).toEqual(['run-3 paused ×1', 'run-2 success', 'run-1 paused ×1']);
      });

      it('goes on after the end of a run that was due before', async () => {
        const early = { id: 'run-0', dueAt: NEW_YEAR };
        await append(runningRun(early), skip(1, { reason: 'overlap' }));

        await append(finishedRun(early), skip(2, { reason: 'overlap' }));

        expect(await listed()).toEqual(['run-1 overlap ×2', 'run-0 success']);
      });
    });

    describe('at an instant', () => {
      it('knows the run that was due then', async () => {
        await append(run(1), run(2), runningRun({ id: 'run-3', dueAt: NEW_YEAR + 3 }));

        expect(await store.at(taskName, NEW_YEAR + 2)).toEqual(run(2));
        expect(await store.at(taskName, NEW_YEAR + 3)).toMatchObject({ id: 'run-3', outcome: null });
      });

      it('knows the record of skips that covers it', async () => {
        const outcome = { ...skipped('paused', NEW_YEAR + 9), count: 9 };
        await append(skippedRun({ id: 'run-1', dueAt: NEW_YEAR + 1, outcome }));

        expect(await store.at(taskName, NEW_YEAR + 5)).toMatchObject({ id: 'run-1' });
      });

      it('knows nothing of other tasks, other instants and manual runs', async () => {
        await append(run(1), run(2, { cause: 'manual' }), run(3, { taskName: 'CleanUp' }));

        for (const n of [0, 2, 3]) expect(await store.at(taskName, NEW_YEAR + n)).toBeUndefined();
      });
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
