import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

/** An app that uses all of @nestjs/schedule is started, rewritten by the command, and started again. */
const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const fixture = fileURLToPath(new URL('fixture/', import.meta.url));

const NEST = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];
const installed = (name: string) => ({ name, from: join(root, 'node_modules', name) });
const BEFORE = [...NEST, '@nestjs/schedule', 'cron'].map(installed);
const AFTER = [...NEST.map(installed), { name: 'nestjs-sts', from: root }];

describe('an app of @nestjs/schedule', () => {
  it('runs the same tasks when it is rewritten', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-migration-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));

    await install(folder, BEFORE);
    await cp(fixture, folder, { recursive: true });
    const before = await compiledAndStarted(folder);
    const command = [join(root, 'dist/command/main.js'), 'migrate-from-schedule', 'src', '--write'];
    const { stdout } = await run(process.execPath, command, { cwd: folder });
    await rm(join(folder, 'node_modules'), { recursive: true });
    await install(folder, AFTER);
    const after = await compiledAndStarted(folder);

    expect(stdout).toContain('Rewritten: 4 files');
    expect(stdout).not.toContain('Left to you');
    expect(before).toEqual(EXPECTED);
    expect(after).toEqual(EXPECTED);
  });
});

const ALWAYS =
  'beside, delayed, fails, guarded, interval, offset, on, patient, plain, plainly added, preset, whole, wholeInterval, written'.split(
    ', ',
  );
const AT_FIRST = 'added, added timeout, named, namedInterval, once, slow, timeout, wholeTimeout, zoned'.split(
  ', ',
);

/** Who ran at first, then while some were stopped, then when they were started again. */
const EXPECTED = [
  ran(...AT_FIRST),
  'saw {"named":true,"missing":false,"intervals":["ticking","added"],"isActive":true,"isNext":true,"isDate":true,"isCalled":false}',
  'stopped true',
  ran('off'),
  ran('idle', 'named'),
];

function ran(...names: string[]): string {
  return `ran ${[...ALWAYS, ...names].toSorted().join(', ')}`;
}

async function compiledAndStarted(folder: string): Promise<readonly string[]> {
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  const { stdout } = await run(process.execPath, [join(folder, 'dist/main.js')]);
  return stdout.trimEnd().split('\n');
}

async function install(folder: string, packages: readonly { name: string; from: string }[]) {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const types = { name: '@types/node', from: join(root, 'node_modules/@types/node') };
  for (const { name, from } of [...packages, types]) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(from, target, 'dir');
  }
}
