import { describe, expect, it } from 'vitest';
import type { Run } from '../../lib/run/run.js';
import type { RunStore } from '../../lib/run/run.store.js';
import type { SqliteRunStoreOptions } from '../../lib/sqlite/sqlite.options.js';
import { sqliteRunStore } from '../../lib/sqlite/sqlite.run-store.js';
import { finishedRun, NEW_YEAR, runningRun } from '../run/sample.run.js';
import { newFile, opened } from './sqlite.handles.js';

const HOUR = 3_600_000;

function storeWith(options: SqliteRunStoreOptions, file = newFile()): RunStore {
  return sqliteRunStore(opened(file), options);
}

/** Runs of a task, one an hour, written one after the other. */
async function append(store: RunStore, runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    void store.append(run);
    await store.find('');
  }
}

function hourly(taskName: string, from: number, to: number, fields: Partial<Run> = {}): Run[] {
  return Array.from({ length: to - from }, (_, i) => {
    const dueAt = NEW_YEAR + (from + i) * HOUR;
    return finishedRun({
      id: `${taskName}${from + i}`,
      taskName,
      dueAt,
      endedAt: dueAt,
      ...fields,
    } as object);
  });
}

async function idsOf(store: RunStore, taskName: string): Promise<string[]> {
  const { items } = await store.list({ taskName, limit: 1_000, cursor: null });
  return items.map(({ id }) => id);
}

describe('what a history keeps', () => {
  it('is the newest runs of each task, up to a tenth more than perTask', async () => {
    const store = storeWith({ perTask: 20 });

    await append(store, hourly('A', 0, 100));
    await append(store, hourly('B', 0, 5));

    const kept = await idsOf(store, 'A');
    expect(kept.length).toBeGreaterThanOrEqual(20);
    expect(kept.length).toBeLessThanOrEqual(22);
    expect(kept).toEqual(Array.from(kept, (_, i) => `A${99 - i}`));
    expect(await idsOf(store, 'B')).toHaveLength(5);
  });

  it('is the newest runs of all tasks, up to a tenth more than total', async () => {
    const store = storeWith({ total: 20 });

    for (let i = 0; i < 50; i++) await append(store, [...hourly('A', i, i + 1), ...hourly('B', i, i + 1)]);

    const kept = [...(await idsOf(store, 'A')), ...(await idsOf(store, 'B'))];
    expect(kept.length).toBeGreaterThanOrEqual(20);
    expect(kept.length).toBeLessThanOrEqual(23);
    expect(kept).toEqual(expect.arrayContaining(['A49', 'B49', 'A41', 'B41']));
  });

  it('is no run that ended longer ago than maxAge', async () => {
    const store = storeWith({ maxAge: '10h' });

    await append(store, hourly('A', 0, 100));

    expect(await idsOf(store, 'A')).toEqual(Array.from({ length: 11 }, (_, i) => `A${99 - i}`));
  });

  it('ages by the instants of the runs, not by a clock of the computer that is ahead of them', async () => {
    const store = storeWith({ maxAge: '10h' });

    await append(store, hourly('A', 0, 5));

    expect(await idsOf(store, 'A')).toHaveLength(5);
  });

  it('is not lost for one run that was dated in the far future by a wrong clock', async () => {
    const store = storeWith({ maxAge: '10d' });
    const now = Date.now();

    await append(store, [finishedRun({ id: 'far', dueAt: now + 9e12, endedAt: now + 9e12 })]);
    await append(store, [finishedRun({ id: 'now', dueAt: now, endedAt: now })]);

    expect(await idsOf(store, finishedRun().taskName)).toEqual(['far', 'now']);
  });

  it('is every run that goes on', async () => {
    const store = storeWith({ perTask: 1, total: 1, maxAge: 1 });
    const going = Array.from({ length: 5 }, (_, i) => runningRun({ id: `g${i}`, taskName: 'A' }));

    await append(store, [...going, ...hourly('A', 1, 30)]);

    expect(await store.durable!.unfinished()).toHaveLength(5);
  });

  it('says of instants up to what is removed that it does not know any more, of later ones that it never did', async () => {
    const file = newFile();
    const store = storeWith({ perTask: 1 }, file);
    await append(store, [...hourly('A', 0, 1), ...hourly('A', 50, 60)]);
    const dueAts = [0, 20, 59.5, 60].map(hours => NEW_YEAR + hours * HOUR);

    expect(dueAts.map(dueAt => store.at('A', dueAt))).toEqual([
      'forgotten',
      'forgotten',
      undefined,
      undefined,
    ]);
    expect(store.at('A', NEW_YEAR + 59 * HOUR)).toMatchObject({ id: 'A59' });
    expect(store.at('B', dueAts[0]!)).toBeUndefined();
    await store.close!();
    expect(storeWith({}, file).at('A', dueAts[0]!)).toBe('forgotten');
  });

  it('does not call an instant forgotten because a manual run was removed', async () => {
    const store = storeWith({ perTask: 1 });

    await append(store, hourly('A', 0, 10, { cause: 'manual' }));

    expect(await idsOf(store, 'A')).toHaveLength(1);
    expect(store.at('A', NEW_YEAR)).toBeUndefined();
  });

  it('knows the latest due instant of a task of which no run is kept', async () => {
    const store = storeWith({ maxAge: '1h' });

    await append(store, [...hourly('A', 0, 1), ...hourly('B', 50, 51)]);

    expect(await idsOf(store, 'A')).toEqual([]);
    expect(await store.durable!.lastDueAt('A', Infinity)).toBe(NEW_YEAR);
  });

  it('is brought within tighter bounds after a restart, some at a time', async () => {
    const file = newFile();
    const before = storeWith({ maxAge: '365d' }, file);
    for (const run of hourly('A', 0, 900)) void before.append(run);
    await before.close!();

    const store = storeWith({ maxAge: '365d', perTask: 10 }, file);
    await append(store, hourly('B', 0, 1));
    const afterOne = (await idsOf(store, 'A')).length;
    await append(store, hourly('B', 1, 2));

    expect(afterOne).toBe(400);
    expect(await idsOf(store, 'A')).toHaveLength(10);
  });
});
