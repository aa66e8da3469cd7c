import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RunStoreInUseError } from '../../lib/errors.js';
import { sqliteRunStore } from '../../lib/sqlite/sqlite.run-store.js';
import { startNode } from '../process/child.js';
import { finishedRun } from '../run/sample.run.js';
import { newFile, opened, openLibsql, openNodeSqlite } from './sqlite.handles.js';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.js`, import.meta.url));

function start(name: string, ...args: string[]) {
  const child = startNode([fixture(name), ...args]);
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

describe.each([
  { name: 'libsql', open: openLibsql },
  { name: 'node:sqlite', open: openNodeSqlite },
])('a file of run stores through $name', ({ open }) => {
  it.skipIf(open === undefined)('is refused to a second store, with the remedy', () => {
    const file = newFile();
    sqliteRunStore(opened(file, open));

    const second = () => sqliteRunStore(opened(file, open));

    expect(second).toThrow(RunStoreInUseError);
    expect(second).toThrow(
      `sqliteRunStore() expects a file that no other run store has open, got ${file}, which one has. ` +
        'Two processes on one file would run each task twice: end the other one, or give each a file of its own.',
    );
  });

  it.skipIf(open === undefined)('is refused to a second store on the same handle', () => {
    const handle = opened(newFile(), open);
    sqliteRunStore(handle);

    expect(() => sqliteRunStore(handle)).toThrow(RunStoreInUseError);
  });

  it.skipIf(open === undefined)(
    'is free when the store has closed, and taken when it is asked again',
    async () => {
      const file = newFile();
      const first = sqliteRunStore(opened(file, open));
      await first.close!();
      const second = sqliteRunStore(opened(file, open));

      const taken = () => first.find('a');

      expect(taken).toThrow(RunStoreInUseError);
      await second.close!();
      expect(first.find('a')).toBeUndefined();
    },
  );

  it.skipIf(open === undefined)('is open to other handles, to read and to write', async () => {
    const file = newFile();
    const store = sqliteRunStore(opened(file, open));
    const other = opened(file, open);

    other.exec('CREATE TABLE letters (id INTEGER); INSERT INTO letters VALUES (7)');
    store.append(finishedRun());
    await store.close!();

    expect(other.prepare('SELECT count(*) AS n FROM sts_run').get()).toMatchObject({ n: 1 });
    expect(other.prepare('SELECT id FROM letters').get()).toMatchObject({ id: 7 });
  });

  it.skipIf(open === undefined)('needs no lock in memory', () => {
    const stores = [1, 2].map(() => sqliteRunStore(opened(':memory:', open)));

    expect(stores.map(store => store.find('a'))).toEqual([undefined, undefined]);
  });
});

describe('a file of run stores', { timeout: 120_000 }, () => {
  it('may have any name', () => {
    const file = newFile().replace('history', "it's a \u{1F600} history");
    sqliteRunStore(opened(file));

    expect(() => sqliteRunStore(opened(file))).toThrow(RunStoreInUseError);
    expect(readdirSync(dirname(file))).toContain("it's a \u{1F600} history.db-sts-lock");
  });

  it('is refused while another process has it, and free at once when that is killed', async () => {
    const file = newFile();
    const child = start('writing', file);
    await child.line(/^open$/);
    const refused = () => sqliteRunStore(opened(file));

    expect(refused).toThrow(RunStoreInUseError);
    child.kill('SIGKILL');
    await child.end();
    expect(sqliteRunStore(opened(file)).find('a')).toBeUndefined();
  });

  it('is whole after each of ten kills in the middle of writing', async () => {
    const file = newFile();
    // What a fast process wrote is ahead of the clock; earlier instants would be the first to be forgotten.
    let from = Date.now();

    for (let kill = 0; kill < 10; kill++) {
      const child = start('writing', file, String(from));
      await child.line(/^written /);
      await new Promise(resolve => setTimeout(resolve, 37 * kill));
      child.kill('SIGKILL');
      await child.end();
      const written = Number(
        child
          .lines()
          .findLast(line => line.startsWith('written'))!
          .slice(8),
      );
      const handle = opened(file);
      const store = sqliteRunStore(handle);

      expect(handle.prepare('PRAGMA integrity_check').all()).toMatchObject([{ integrity_check: 'ok' }]);
      // All that was there to be read is there still.
      const last = written - 1;
      expect(store.at(`Task.${last % 7}`, last)).toMatchObject({ taskName: `Task.${last % 7}` });
      await store.close!();
      handle.close();
      // Further on than anything that was written and not told.
      from = written + 100_000;
    }
  });

  it('keeps no process alive', async () => {
    const child = start('idle', newFile());

    expect(await child.end()).toEqual({ code: 0, signal: null });
    expect(child.lines()).toEqual(['waits']);
  });
});
