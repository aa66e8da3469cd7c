import { execFile } from 'node:child_process';
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../process/child.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('idle threads keep no process alive', async () => {
  const child = startNode([fileURLToPath(new URL('fixtures/idle.js', import.meta.url))]);
  onTestFinished(() => child.kill('SIGKILL'));

  expect(await child.end()).toEqual({ code: 0, signal: null });
  expect(child.lines()).toContain('success');
});

it('nestjs-sts/worker loads without Nest, as a thread wants it, and says without piscina what to install', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-sts-worker-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const script = `import { WorkerTask } from './dist/worker/index.js';
    try { new WorkerTask({ name: 'crunch', filename: import.meta.url }); } catch (error) { console.log(String(error)); }`;
  await writeFile(join(folder, 'app.mjs'), script);

  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'app.mjs')]);

  expect(stdout.trim()).toBe(
    'MissingPackageError: crunch expects the package piscina, which runs its threads, got none. Install it: npm i piscina.',
  );
});
