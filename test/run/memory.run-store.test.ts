import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryRunStore, type HistoryBounds } from '../../lib/run/memory.run-store.js';
import type { Run } from '../../lib/run/run.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from './sample.run.js';

const storeOf = (bounds: HistoryBounds, runs: readonly Run[]) => {
  const store = new MemoryRunStore(bounds);
  for (const run of runs) store.append(run);
  return store;
};
const runOf = (taskName: string, id: string) => finishedRun({ taskName, id });
const idsOf = (store: MemoryRunStore, taskName: string) =>
  store.list({ taskName, limit: 1_000, cursor: null }).items.map(run => run.id);

describe('MemoryRunStore', () => {
  it('forgets the oldest run of a task beyond perTask, and no run of another task', () => {
    const store = storeOf({ perTask: 2, total: 100 }, [
      runOf('A', 'a1'),
      runOf('B', 'b1'),
      runOf('A', 'a2'),
      runOf('A', 'a3'),
      runOf('A', 'a4'),
    ]);

    expect(idsOf(store, 'A')).toEqual(['a4', 'a3']);
    expect(idsOf(store, 'B')).toEqual(['b1']);
    expect([store.find('a1'), store.find('a2')]).toEqual([undefined, undefined]);
  });

  it('forgets the oldest run of all beyond total, of whatever task it is', () => {
    const store = storeOf({ perTask: 100, total: 3 }, [
      runOf('A', 'a1'),
      runOf('B', 'b1'),
      runOf('A', 'a2'),
      runOf('B', 'b2'),
      runOf('B', 'b3'),
    ]);

    expect([idsOf(store, 'A'), idsOf(store, 'B')]).toEqual([['a2'], ['b3', 'b2']]);
    expect([store.find('a1'), store.find('b1')]).toEqual([undefined, undefined]);
  });

  it('keeps exactly as many runs as the bounds say', () => {
    const store = storeOf({ perTask: 2, total: 2 }, [runOf('A', 'a1'), runOf('A', 'a2')]);

    expect(idsOf(store, 'A')).toEqual(['a2', 'a1']);
  });

  it('counts a run once, though it comes at its start and at its end', () => {
    const start = runningRun({ taskName: 'A', id: 'a2' });

    const store = storeOf({ perTask: 2, total: 2 }, [runOf('A', 'a1'), start, runOf('A', 'a2')]);

    expect(idsOf(store, 'A')).toEqual(['a2', 'a1']);
  });

  it('keeps a run that goes on until it ends, whatever comes between', () => {
    const going = (id: string) => runningRun({ taskName: 'A', id });
    const store = storeOf({ perTask: 9, total: 9 }, [going('a1'), going('a2'), going('a1')]);
    const during = idsOf(store, 'A');

    store.append(runOf('A', 'a1'));
    store.append(runOf('A', 'a2'));

    expect(during.toSorted()).toEqual(['a1', 'a2']);
    expect(idsOf(store, 'A')).toEqual(['a2', 'a1']);
  });

  it('does not make one record of two skips with a run between them', () => {
    const at = (second: number) => NEW_YEAR + second * 1_000;
    const skip = (second: number) =>
      skippedRun({
        taskName: 'A',
        id: `A@${at(second)}`,
        dueAt: at(second),
        outcome: skipped('paused', at(second)),
      });
    const run = { taskName: 'A', id: `A@${at(2)}`, dueAt: at(2) };
    const store = storeOf({ perTask: 9, total: 9 }, [
      skip(1),
      runningRun(run),
      skip(3),
      skip(4),
      finishedRun(run),
      skip(5),
    ]);

    expect(idsOf(store, 'A')).toEqual([`A@${at(3)}`, `A@${at(2)}`, `A@${at(1)}`]);
  });

  it('answers a cursor that it has forgotten with an empty last page', () => {
    const store = storeOf({ perTask: 2, total: 100 }, [
      runOf('A', 'a1'),
      runOf('A', 'a2'),
      runOf('A', 'a3'),
      runOf('A', 'a4'),
    ]);

    expect(store.list({ taskName: 'A', limit: 10, cursor: 'a2' })).toEqual({ items: [], nextCursor: null });
  });

  it('has no next page when all that would come is forgotten', () => {
    const store = storeOf({ perTask: 3, total: 100 }, [
      runOf('A', 'a1'),
      runOf('A', 'a2'),
      runOf('A', 'a3'),
      runOf('A', 'a4'),
    ]);

    expect(store.list({ taskName: 'A', limit: 3, cursor: null }).nextCursor).toBeNull();
  });

  it('takes runs of a task again after the last of it was forgotten', () => {
    const store = storeOf({ perTask: 5, total: 1 }, [runOf('A', 'a1'), runOf('B', 'b1'), runOf('A', 'a2')]);

    expect([idsOf(store, 'A'), idsOf(store, 'B')]).toEqual([['a2'], []]);
  });

  it('keeps within its bounds through any history, the newest runs of each task', () => {
    const bounds = fc.record({
      perTask: fc.integer({ min: 1, max: 4 }),
      total: fc.integer({ min: 1, max: 8 }),
    });
    const runs = fc.array(fc.record({ task: fc.constantFrom('A', 'B', 'C'), n: fc.nat(30) }), {
      maxLength: 80,
    });

    fc.assert(
      fc.property(bounds, runs, (limits, history) => {
        const store = new MemoryRunStore(limits);
        let expected: Run[] = [];

        for (const { task, n } of history) {
          const run = runOf(task, `${task}${n}`);
          store.append(run);
          expected = remember(expected, run, limits);
        }

        for (const task of ['A', 'B', 'C']) {
          const newestFirst = expected.filter(run => run.taskName === task).toReversed();
          expect(idsOf(store, task)).toEqual(newestFirst.map(run => run.id));
        }
        expect(expected.every(run => store.find(run.id) !== undefined)).toBe(true);
      }),
    );
  });
});

/** The same rule, said with an array. */
function remember(kept: readonly Run[], run: Run, { perTask, total }: HistoryBounds): Run[] {
  if (kept.some(({ id }) => id === run.id)) return kept.map(other => (other.id === run.id ? run : other));
  const all = [...kept, run];
  const ofTask = all.filter(({ taskName }) => taskName === run.taskName);
  if (ofTask.length > perTask) all.splice(all.indexOf(ofTask[0]!), 1);
  return all.slice(-total);
}
