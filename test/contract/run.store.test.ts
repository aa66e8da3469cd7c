import { describe } from 'vitest';
import { MemoryRunStore } from '../../lib/run/memory.run-store.js';
import { sqliteRunStore } from '../../lib/sqlite/sqlite.run-store.js';
import { kill, newFile, opened, openLibsql, openNodeSqlite } from '../sqlite/sqlite.handles.js';
import { describeDurable } from './durable.contract.js';
import { describeRunStore } from './run.store.contract.js';

describeRunStore('MemoryRunStore', () => new MemoryRunStore({ perTask: 100, total: 1_000 }));

describe.each([
  { name: 'libsql', open: openLibsql },
  { name: 'node:sqlite', open: openNodeSqlite },
])('through $name', ({ name, open }) => {
  describe.skipIf(open === undefined)('where it is', () => {
    describeRunStore(`sqliteRunStore on ${name}`, () => sqliteRunStore(opened(newFile(), open)));

    describeDurable(`sqliteRunStore on ${name}`, () => {
      const file = newFile();
      return () => {
        const handle = opened(file, open);
        const store = sqliteRunStore(handle);
        return { store, close: () => handle.close(), kill: () => kill(handle) };
      };
    });
  });
});
