import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DEFAULT_SCHEMA } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SCHEMA } from '../../lib/bullmq/postgres.connection.js';
import { LIB } from '../house/lib.graph.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the door nestjs-sts/bullmq', () => {
  it('is the only one behind which bullmq, ioredis and pg are loaded', () => {
    const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(file =>
      file.endsWith('.ts'),
    );
    const loads = (file: string) =>
      /(from|import\() *'(bullmq|ioredis|pg)'/.test(readFileSync(join(LIB, file), 'utf8'));

    const loading = files.filter(loads);

    expect(loading.length).toBeGreaterThan(0);
    expect(loading.filter(file => !file.startsWith('bullmq/'))).toEqual([]);
  });

  it('looks for the tables of PostgreSQL where BullMQ has them', () => {
    expect(SCHEMA).toBe(DEFAULT_SCHEMA);
  });

  it.each([
    ['redis://127.0.0.1:1', [], 'bullmq, which keeps the runs, got none. Install it: npm i bullmq.'],
    [
      'redis://127.0.0.1:1',
      ['bullmq'],
      'ioredis, which speaks with Redis, got none. Install it: npm i ioredis.',
    ],
    [
      'postgres://127.0.0.1:1/app',
      ['bullmq'],
      'pg, which speaks with PostgreSQL, got none. Install it: npm i pg.',
    ],
  ])('says for %s with %j alone what to install', async (connection, installed, complaint) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-sts-bullmq-')));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    for (const name of installed) {
      await symlink(await realpath(join(ROOT, 'node_modules', name)), join(folder, 'node_modules', name));
    }
    const script = `import { parseBullmqOptions } from './dist/bullmq/bullmq.options.js';
      const { server } = parseBullmqOptions({ connection: '${connection}' });
      server.connect(() => {}).catch(error => console.log(String(error)));`;
    await writeFile(join(folder, 'app.mjs'), script);

    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'app.mjs')]);

    expect(stdout.trim()).toBe(`MissingPackageError: bullmq() expects the package ${complaint}`);
  });
});
