import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { onTestFinished } from 'vitest';
import type { SqliteDatabase } from '../../lib/sqlite/sqlite.database.js';

/** A handle as a user has it. */
export interface Handle extends SqliteDatabase {
  close(): unknown;
}

/** Opens a file, or a database in memory: `':memory:'`. */
export type OpenHandle = (file: string) => Handle;

export const openLibsql: OpenHandle = file => new Libsql(file);

/** `undefined` where this Node has none. */
export const openNodeSqlite: OpenHandle | undefined = await import('node:sqlite' as string).then(
  ({ DatabaseSync }: { DatabaseSync: new (file: string) => Handle }) =>
    file =>
      new DatabaseSync(file),
  () => undefined,
);

/** A file that does not exist yet, in a folder that is gone after the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-sts-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'history.db');
}

/** A handle that is closed after the test. */
export function opened(file: string, open: OpenHandle = openLibsql): Handle {
  const handle = open(file);
  let isOpen = true;
  const close = () => {
    if (isOpen) handle.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { exec: sql => handle.exec(sql), prepare: sql => handle.prepare(sql), close };
}

/** What the death of its process does to a handle. */
export function kill(handle: Handle): void {
  // libsql ends a connection only when its statements are collected as garbage.
  handle.exec('DETACH sts_lock');
  handle.close();
}
