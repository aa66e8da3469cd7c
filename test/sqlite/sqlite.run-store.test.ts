import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InvalidDurationError, InvalidOptionError, RunStoreWriteError } from '../../lib/errors.js';
import type { RunStore } from '../../lib/run/run.store.js';
import { sqliteRunStore } from '../../lib/sqlite/sqlite.run-store.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';
import { newFile, opened, type Handle } from './sqlite.handles.js';

const runOf = (n: number) => finishedRun({ id: `run-${n}`, dueAt: NEW_YEAR + n });
const rowsIn = (handle: Handle) => {
  const { n } = handle.prepare('SELECT count(*) AS n FROM sts_run').get() as { n: number };
  return n;
};

/** A store on a file that another handle keeps locked until it is told. */
function lockedStore() {
  const file = newFile();
  const other = opened(file);
  const store = sqliteRunStore(opened(file), { perTask: 100_000 });
  other.exec('BEGIN EXCLUSIVE');
  return { store, other, unlock: () => other.exec('COMMIT') };
}

const failureOf = (written: void | Promise<void>) =>
  Promise.resolve(written).then(
    () => undefined,
    (error: unknown) => error as RunStoreWriteError,
  );

describe('sqliteRunStore', () => {
  it.each<[string, () => RunStore, string]>([
    [
      'a path in place of a handle',
      () => sqliteRunStore('history.db' as never),
      "sqliteRunStore() expects an open database of better-sqlite3, libsql or node:sqlite, with exec and prepare, got 'history.db'. Open it first, such as with new Database('history.db').",
    ],
    [
      'an option that is not known',
      () => sqliteRunStore(opened(':memory:'), { perTaks: 5 } as never),
      "sqliteRunStore() expects known options only, got 'perTaks'. Did you mean 'perTask'? Known options: maxAge, perTask, total.",
    ],
    [
      'a count of none',
      () => sqliteRunStore(opened(':memory:'), { total: 0 }),
      'sqliteRunStore(): total expects a whole number of runs, 1 or more, got 0.',
    ],
    [
      'an age of none',
      () => sqliteRunStore(opened(':memory:'), { maxAge: 0 }),
      'sqliteRunStore(): maxAge expects a duration above 0, got 0.',
    ],
  ])('refuses %s', (_, create, message) => {
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow(message);
  });

  it('refuses an age that is no duration', () => {
    expect(() => sqliteRunStore(opened(':memory:'), { maxAge: '30 days' as never })).toThrow(
      InvalidDurationError,
    );
  });

  describe('writing', () => {
    it('waits for more to come, and tells when all of it is written', async () => {
      const handle = opened(newFile());
      const store = sqliteRunStore(handle);

      const written = [1, 2, 3].map(n => store.append(runOf(n)));
      const atOnce = rowsIn(handle);
      const startedAt = performance.now();
      await Promise.all(written);

      expect([atOnce, rowsIn(handle)]).toEqual([0, 3]);
      expect(performance.now() - startedAt).toBeGreaterThan(80);
    });

    it('writes a run once that comes twice meanwhile, at its first place', async () => {
      const store = sqliteRunStore(opened(newFile()));

      store.append(runningRun({ id: 'run-1', dueAt: NEW_YEAR + 1 }));
      store.append(runOf(2));
      store.append(runOf(1));

      const page = await store.list({ taskName: runOf(1).taskName, limit: 10, cursor: null });
      expect(page.items).toEqual([runOf(2), runOf(1)]);
    });

    it('goes on a part at a time when much comes in, so that the event loop does too', async () => {
      const handle = opened(newFile());
      const store = sqliteRunStore(handle, { perTask: 100_000 });
      const seen = new Set<number>();

      const written = Array.from({ length: 2_000 }, (_, n) => store.append(runOf(n))).at(-1);
      const look = setInterval(() => seen.add(rowsIn(handle)), 0);
      await written;
      clearInterval(look);

      expect(rowsIn(handle)).toBe(2_000);
      expect(seen.size).toBeGreaterThan(2);
    });

    it('loses nothing of what comes in one go, however much it is', async () => {
      const handle = opened(newFile());
      const store = sqliteRunStore(handle, { perTask: 100_000 });

      const written = Array.from({ length: 12_000 }, (_, n) => store.append(runOf(n)));
      await store.close!();
      await Promise.all(written);

      expect(rowsIn(handle)).toBe(12_000);
    });

    it('opens the file again for what comes after it has closed', async () => {
      const store = sqliteRunStore(opened(newFile()));
      await store.close!();

      await store.append(runOf(1));

      expect(store.find('run-1')).toEqual(runOf(1));
    });
  });

  describe('with a locked file', () => {
    it('tells of it, and writes what waits when the lock is gone', async () => {
      const { store, other, unlock } = lockedStore();
      const startedAt = performance.now();

      const failure = await failureOf(store.append(runOf(1)));
      const tookMs = performance.now() - startedAt;
      unlock();
      await wait(1_500);

      expect(failure).toBeInstanceOf(RunStoreWriteError);
      expect(failure).toMatchObject({
        message: 'The run store cannot write: database is locked. 1 runs wait until it can.',
        waiting: 1,
        lost: 0,
        cause: { message: 'database is locked' },
      });
      expect(tookMs).toBeLessThan(1_000);
      expect(rowsIn(other)).toBe(1);
    });

    it('answers with what is written, and with the run and the value that wait', async () => {
      const { store } = lockedStore();
      const failures = [store.append(runOf(1)), store.durable!.save('pauses', 7)].map(failureOf);

      expect(store.find('run-1')).toEqual(runOf(1));
      expect(store.at(runOf(1).taskName, runOf(1).dueAt)).toEqual(runOf(1));
      expect(await store.durable!.load('pauses')).toBe(7);
      expect(await store.list({ taskName: runOf(1).taskName, limit: 5, cursor: null })).toMatchObject({
        items: [],
      });
      expect(await Promise.all(failures)).toMatchObject([{ waiting: 1 }, { waiting: 1 }]);
    });

    it('makes nobody wait again and again', async () => {
      const { store } = lockedStore();
      await failureOf(store.append(runOf(0)));
      const startedAt = performance.now();

      for (let n = 1; n < 100; n++) {
        void failureOf(store.append(runOf(n)));
        store.find('run-0');
      }

      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });

    it('keeps the newest 10,000 waiting, and tells how many were lost, once it works again', async () => {
      const { store, other, unlock } = lockedStore();
      await failureOf(store.append(runOf(0)));
      for (let n = 1; n < 10_012; n++) void failureOf(store.append(runOf(n)));

      const stillLocked = await failureOf(store.append(runOf(10_012)));
      unlock();
      await wait(1_500);
      const [first, second] = [store.append(runOf(10_013)), store.append(runOf(10_014))];
      const told = await failureOf(first);

      expect(stillLocked).toMatchObject({ waiting: 10_000, lost: 13 });
      expect(told).toMatchObject({
        message: 'The run store works again. 13 runs were lost, the oldest ones.',
      });
      expect(await failureOf(second)).toBeUndefined();
      expect(rowsIn(other)).toBe(10_002);
      expect(store.at(runOf(0).taskName, runOf(12).dueAt)).toBe('forgotten');
      expect(store.find('run-10014')).toEqual(runOf(10_014));
    });

    it('says when it closes what is not written, and gives the file back all the same', async () => {
      const { store, unlock } = lockedStore();
      const failure = failureOf(store.append(runOf(1)));

      expect(() => store.close!()).toThrow('database is locked. 1 runs wait');

      unlock();
      expect(await failure).toBeInstanceOf(RunStoreWriteError);
    });

    it('of which nothing could be read at its start, opens it later', async () => {
      const file = newFile();
      const other = opened(file);
      other.exec('BEGIN EXCLUSIVE');
      const store = sqliteRunStore(opened(file));

      expect(await failureOf(store.append(runOf(1)))).toMatchObject({
        message: expect.stringMatching(/locked/),
      });
      other.exec('COMMIT');

      await store.close!();
      expect(store.find('run-1')).toEqual(runOf(1));
    });
  });

  it('tells of a full disk, keeps what it has, and goes on when there is room again', async () => {
    const handle = opened(newFile());
    const store = sqliteRunStore(handle);
    await store.append(runOf(0));
    handle.exec('PRAGMA max_page_count = 1');

    const failure = await failureOf(Array.from({ length: 200 }, (_, n) => store.append(runOf(n))).at(-1)!);
    const rows = rowsIn(handle);
    handle.exec('PRAGMA max_page_count = 1000000');
    await store.close!();

    expect(failure).toMatchObject({
      message: 'The run store cannot write: database or disk is full. 200 runs wait until it can.',
    });
    expect([rows, rowsIn(handle)]).toEqual([1, 200]);
  });

  describe('with a damaged file', () => {
    function damagedStore() {
      const file = newFile();
      writeFileSync(file, 'This is no database. '.repeat(1_000));
      return sqliteRunStore(opened(file));
    }

    it('lets the app start, and tells of it when a run is to be kept', async () => {
      const failure = await failureOf(damagedStore().append(runOf(1)));

      expect(failure).toMatchObject({
        message:
          'The run store cannot write: its file cannot be opened: file is not a database; if it is damaged, move it away. 1 runs wait until it can.',
      });
    });

    it('says so when it is asked', () => {
      const store = damagedStore();

      expect(() => store.find('run-1')).toThrow('file is not a database');
      expect(() => store.durable!.unfinished()).toThrow('file is not a database');
    });

    it('writes all or nothing when a page within it is damaged', async () => {
      const file = newFile();
      const first = opened(file);
      const store = sqliteRunStore(first);
      store.append(runOf(1));
      first.exec('DROP TABLE sts_value');

      const failures = [store.append(runOf(2)), store.durable!.save('pauses', 1)].map(failureOf);

      expect(await Promise.all(failures)).toMatchObject([{ waiting: 2 }, { waiting: 2 }]);
      expect(rowsIn(first)).toBe(0);
    });
  });

  it('puts the skip of a run that waited into the record before it', async () => {
    const store = sqliteRunStore(opened(newFile()));
    const { taskName } = runOf(1);
    const skip = (n: number) =>
      skippedRun({ id: `run-${n}`, dueAt: NEW_YEAR + n, outcome: skipped('superseded', NEW_YEAR + n) });
    store.append(skip(1));
    store.append(runningRun({ id: 'run-2', dueAt: NEW_YEAR + 2, startedAt: null }));
    await store.find('');

    store.append(skip(2));

    const { items } = await store.list({ taskName, limit: 10, cursor: null });
    expect(items.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['run-1', { kind: 'skipped', reason: 'superseded', count: 2, lastDueAt: NEW_YEAR + 2, detail: null }],
    ]);
    expect(await store.durable!.unfinished()).toEqual([]);
  });

  it('answers the same through a handle that is set to BigInts', async () => {
    const handle = opened(newFile());
    const bigInts = (statement: ReturnType<Handle['prepare']>) => ({
      run: (...values: never[]) => statement.run(...values),
      get: (...values: never[]) => withBigInts(statement.get(...values)),
      all: (...values: never[]) => statement.all(...values).map(withBigInts),
    });
    const store = sqliteRunStore(
      { exec: sql => handle.exec(sql), prepare: sql => bigInts(handle.prepare(sql)) },
      { perTask: 2 },
    );

    for (let n = 0; n < 5; n++) {
      store.append(runOf(n));
      store.find('');
    }

    const { taskName } = runOf(1);
    const page = await store.list({ taskName, limit: 1, cursor: null });
    expect(page.items).toEqual([runOf(4)]);
    expect(await store.list({ taskName, limit: 1, cursor: page.nextCursor })).toMatchObject({
      items: [runOf(3)],
    });
    expect(store.at(taskName, runOf(0).dueAt)).toBe('forgotten');
    expect(await store.durable!.lastDueAt(taskName, Infinity)).toBe(runOf(4).dueAt);
  });
});

function withBigInts(row: unknown): unknown {
  if (row === undefined) return undefined;
  const entries = Object.entries(row as object).map(([key, value]) => [
    key,
    Number.isInteger(value) ? BigInt(value as number) : value,
  ]);
  return Object.fromEntries(entries);
}
