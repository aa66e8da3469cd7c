import { describe, expect, it } from 'vitest';
import { RunStoreVersionError } from '../../lib/errors.js';
import { sqliteRunStore } from '../../lib/sqlite/sqlite.run-store.js';
import { migrate, MIGRATIONS } from '../../lib/sqlite/sqlite.schema.js';
import { finishedRun } from '../run/sample.run.js';
import { newFile, opened } from './sqlite.handles.js';

describe('the tables of a history', () => {
  const versionIn = (handle: ReturnType<typeof opened>) =>
    handle.prepare('SELECT version FROM sts_schema').all();

  it('are made in an empty file, and left as they are in one that has them', async () => {
    const file = newFile();
    const first = sqliteRunStore(opened(file));
    first.append(finishedRun());
    await first.close!();

    const second = sqliteRunStore(opened(file));

    expect(second.find(finishedRun().id)).toEqual(finishedRun());
    expect(versionIn(opened(file))).toMatchObject([{ version: MIGRATIONS.length }]);
  });

  it('are made in a file of the app, whose own version and tables stay', () => {
    const handle = opened(newFile());
    handle.exec('PRAGMA user_version = 42; CREATE TABLE letters (id INTEGER)');

    sqliteRunStore(handle);

    expect(handle.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 42 });
    expect(handle.prepare('SELECT * FROM letters').all()).toEqual([]);
  });

  const add = 'ALTER TABLE letters ADD COLUMN sender TEXT';
  const create = 'CREATE TABLE letters (id INTEGER); INSERT INTO letters VALUES (7)';

  it.each([
    ['of none', []],
    ['of version 1', [create]],
    ['of version 2', [create, add]],
  ])('are brought %s to version 2, each step once', (_, earlier) => {
    const handle = opened(newFile());
    migrate(handle, earlier);

    migrate(handle, [create, add]);

    expect(handle.prepare('SELECT id, sender FROM letters').all()).toMatchObject([{ id: 7, sender: null }]);
    expect(versionIn(handle)).toMatchObject([{ version: 2 }]);
  });

  it('are left at their version when a step fails', () => {
    const handle = opened(newFile());
    migrate(handle, [create]);

    expect(() => migrate(handle, [create, 'INSERT INTO letters VALUES (8)', 'nonsense'])).toThrow(/syntax/);

    expect(versionIn(handle)).toMatchObject([{ version: 1 }]);
    expect(handle.prepare('SELECT id FROM letters').all()).toHaveLength(1);
  });

  it('of a later version are refused, and stay as they are', () => {
    const file = newFile();
    const handle = opened(file);
    migrate(handle, [...MIGRATIONS, create]);

    const open = () => sqliteRunStore(handle);

    expect(open).toThrow(RunStoreVersionError);
    expect(open).toThrow(
      'sqliteRunStore() expects a history of version 1 or earlier, got one of version 2, which a later nestjs-sts ' +
        'has made. Upgrade nestjs-sts, or give this process a file of its own.',
    );
    expect(versionIn(handle)).toMatchObject([{ version: 2 }]);
  });
});
