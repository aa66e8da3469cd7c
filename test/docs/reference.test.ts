import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { read, ROOT } from './pages.js';

/** The reference of the API, which `npm run docs:api` makes from the sources. */
const run = promisify(execFile);
const json = (path: string) => JSON.parse(read(path));

describe('the reference of the API', () => {
  it('has every entry of the package', () => {
    const doors = Object.keys(json('package.json').exports).filter(entry => !entry.endsWith('.json'));

    expect(json('typedoc.json').entryPoints.toSorted()).toEqual(
      doors.map(entry => `lib/${entry === '.' ? '' : `${entry.slice(2)}/`}index.ts`).toSorted(),
    );
  });

  it('is made without a warning: every type that it names is in it, and every link leads somewhere', async () => {
    const typedoc = ['node_modules/typedoc/bin/typedoc', '--emit', 'none'];

    // It rejects with what TypeDoc has written when there is a warning.
    const { stdout, stderr } = await run(process.execPath, typedoc, { cwd: ROOT });

    expect(stdout + stderr).not.toMatch(/warning/i);
  }, 120_000);
});
