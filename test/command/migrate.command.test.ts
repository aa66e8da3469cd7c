import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../../lib/command/command.js';
import { replaceFiles } from '../../lib/command/replaced.files.js';
import { appWith } from '../migration/schedule.stub.js';

const TASKS = `import { Cron, Interval } from '@nestjs/schedule';

class Tasks {
  @Interval(1000)
  poll() {}

  a() {}

  b() {}

  c() {}

  @Cron('* * *', {
    disabled: false,
    name: 'nightly',
  })
  nightly() {}
}
`;
const WRITTEN = TASKS.replace('Cron, Interval', 'Cron, Every')
  .replace('@nestjs/schedule', 'nestjs-sts')
  .replace('@Interval', '@Every')
  .replace('    disabled: false,\n', '');
const DIFF = `@@ -1,7 +1,7 @@
-import { Cron, Interval } from '@nestjs/schedule';
+import { Cron, Every } from 'nestjs-sts';
${' '}
 class Tasks {
-  @Interval(1000)
+  @Every(1000)
   poll() {}
${' '}
   a() {}
@@ -11,7 +11,6 @@
   c() {}
${' '}
   @Cron('* * *', {
-    disabled: false,
     name: 'nightly',
   })
   nightly() {}
`;

describe('nestjs-sts migrate-from-schedule', { timeout: 60_000 }, () => {
  it('shows what it would do, and does nothing', async () => {
    const { folder, file } = await app({ 'tasks.ts': TASKS, 'other.ts': 'export const other = 1;\n' });

    const { code, out, complaint } = await migrate(folder);

    const path = relative(process.cwd(), file);
    expect([code, complaint]).toEqual([0, '']);
    expect(out).toContain(`--- a/${path}\n+++ b/${path}\n${DIFF}\nTo be rewritten: 1 file\n`);
    expect(out).toContain(`Left to you:\n  ${path}:13  `);
    expect(out).toContain(`Rewritten, and behaves otherwise now:\n  ${path}:4  @Interval counted`);
    expect(out).not.toContain('other.ts');
    expect(await readFile(file, 'utf8')).toBe(TASKS);
  });

  it('writes the files with --write, and finds nothing more to do', async () => {
    const { folder, file } = await app({ 'tasks.ts': TASKS });

    const { out } = await migrate(folder, '--write');

    expect(await readFile(file, 'utf8')).toBe(WRITTEN);
    expect(out).toContain('Rewritten: 1 file');
    expect((await migrate(folder)).out).toMatch(/^\nTo be rewritten: 0 files\n/);
  });

  it('counts the lines of what it has written', async () => {
    const { folder, file } = await app({
      'tasks.ts': TASKS.replace('a() {}', 'a() {}\n  @Cron("*") z() {}'),
    });
    const long = (await readFile(file, 'utf8')).replace('Cron(', 'Cron(\n').replace('@Interval(1000)', '');
    await writeFile(file, long.replace('class', "const t = require('@nestjs/schedule');\n\nclass"));

    const { out } = await migrate(folder, '--write');

    const lines = (await readFile(file, 'utf8')).split('\n');
    const told = [...out.matchAll(/tasks\.ts:(\d+) /g)].map(([, line]) => lines[Number(line) - 1]!.trim());
    expect(told).toEqual(["const t = require('@nestjs/schedule');", '"*") z() {}', "@Cron('* * *', {"]);
  });

  it.each([
    { args: [], complaint: 'expects a folder, got none' },
    { args: ['no/such/folder'], complaint: 'expects a folder, got no/such/folder' },
    { args: ['.', '--rite'], complaint: "Unknown option '--rite'" },
  ])('says what it expects, for $args', async ({ args, complaint }) => {
    expect(await runCommand(['migrate-from-schedule', ...args])).toEqual({
      code: 2,
      out: '',
      complaint: expect.stringContaining(complaint),
    });
  });

  it('needs the types of what it replaces', async () => {
    const { folder } = await app({ 'tasks.ts': TASKS });
    await rm(join(folder, '../node_modules/@nestjs'), { recursive: true });

    const { code, complaint } = await migrate(folder);

    expect(code).toBe(2);
    expect(complaint).toContain('imports @nestjs/schedule, which is not installed');
  });

  it('reads the app as its tsconfig.json says', async () => {
    const { folder, file } = await app({ 'tasks.ts': '' });
    const compilerOptions = { paths: { '@/schedule': ['./node_modules/@nestjs/schedule/index.d.ts'] } };
    await writeFile(join(folder, '../tsconfig.json'), JSON.stringify({ compilerOptions }));
    await writeFile(file, `${TASKS.trimEnd().replace('@nestjs/schedule', '@/schedule')} // the end`);

    const { code, out } = await migrate(folder);

    expect(code).toBe(0);
    expect(out).toContain('To be rewritten: 0 files');
  });

  it('names the package of a monorepo that lacks the types', async () => {
    const { folder } = await app({ 'a/tasks.ts': TASKS, 'b/tasks.ts': TASKS });
    await rename(join(folder, '../node_modules'), join(folder, 'a/node_modules'));

    const { code, complaint } = await migrate(folder);

    expect(code).toBe(2);
    expect(complaint).toContain('b/tasks.ts imports @nestjs/schedule, which is not installed');
  });

  it('has nothing to do in a folder without sources', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-empty-'));
    onTestFinished(() => rm(folder, { recursive: true }));

    expect((await migrate(folder)).out).toContain('To be rewritten: 0 files');
  });
});

describe('files that are written', () => {
  it('keep links, modes and byte order marks', async () => {
    const { folder, file } = await app({ 'tasks.ts': `\uFEFF${TASKS}` });
    const real = join(folder, '../real.ts');
    await rename(file, real);
    await chmod(real, 0o640);
    await symlink(real, file);

    await migrate(folder, '--write');

    expect(await readFile(file, 'utf8')).toBe(`\uFEFF${WRITTEN}`);
    expect(await readFile(real, 'utf8')).toBe(`\uFEFF${WRITTEN}`);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(folder, '..'))).toEqual(['node_modules', 'real.ts', 'src']);
  });

  it('are all as they were when one cannot be written', async () => {
    const { folder, file } = await app({ 'tasks.ts': TASKS });

    const writing = replaceFiles([
      { path: file, text: WRITTEN },
      { path: join(folder, 'gone.ts'), text: WRITTEN },
    ]);

    await expect(writing).rejects.toThrow(/expects to write .*gone\.ts, got: ENOENT.* Nothing is written/);
    expect(await readFile(file, 'utf8')).toBe(TASKS);
    expect(await readdir(folder)).toEqual(['tasks.ts']);
  });
});

async function app(sources: Readonly<Record<string, string>>) {
  const folder = await appWith(sources);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder: join(folder, 'src'), file: join(folder, 'src/tasks.ts') };
}

function migrate(...args: string[]) {
  return runCommand(['migrate-from-schedule', ...args]);
}
