import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../lib/command/command.js';

/** The command as a shell starts it, on compiled modules. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const DAY = ['--from', '2026-01-01', '--to', '2026-01-02T00:00:00Z'];
const PLAN = `Fire plan from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z

Tasks.work
  rule every 12h
  at 2026-01-01T00:00:00Z
  at 2026-01-01T12:00:00Z
`;

interface End {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function command(...args: string[]): Promise<End> {
  const main = join(root, 'dist/command/main.js');
  return new Promise(resolve => {
    execFile(process.execPath, [main, ...args], { cwd: root, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('nestjs-sts plan', { timeout: 60_000 }, () => {
  it('prints the plan of an ES module, and ends although the module has left a timer', async () => {
    expect(await command('plan', fixture('app.module.js'), ...DAY)).toEqual({
      code: 0,
      stdout: PLAN,
      stderr: '',
    });
  });

  it('ends although the module has left a server and a connection', async () => {
    expect(await command('plan', fixture('listening.module.js'), ...DAY)).toEqual({
      code: 0,
      stdout: PLAN,
      stderr: '',
    });
  });

  it('prints all of a plan that is longer than a pipe holds', async () => {
    const { code, stdout } = await command('plan', fixture('large.module.js'), ...DAY);

    expect([code, stdout.match(/^Tasks\.task\d+$/gm)?.length]).toEqual([0, 1_000]);
    expect(stdout.endsWith('  at 2026-01-01T12:00:00Z\n')).toBe(true);
  });

  it('prints that of a CommonJS module by the name of its export', async () => {
    const { code, stdout } = await command('plan', fixture('modules.cjs'), ...DAY, '--export', 'Second');

    expect([code, stdout]).toEqual([0, PLAN]);
  });

  it('prints nothing but the plan to stdout, whatever the module prints', async () => {
    expect(await command('plan', fixture('noisy.module.js'), ...DAY)).toEqual({
      code: 0,
      stdout: PLAN,
      stderr: 'connecting\nconnected\n',
    });
  });

  it('prints JSON', async () => {
    const { code, stdout } = await command('plan', fixture('app.module.js'), ...DAY, '--json');

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-02T00:00:00Z',
      tasks: [
        {
          name: 'Tasks.work',
          rules: ['every 12h'],
          offBy: null,
          fires: ['2026-01-01T00:00:00Z', '2026-01-01T12:00:00Z'].map(at => ({
            from: at,
            to: at,
            count: 1,
            everyMs: 0,
            local: null,
            change: null,
          })),
        },
      ],
    });
  });

  it.each([
    { file: 'modules.cjs', more: [], complaint: 'got First, Second. Choose one with --export' },
    { file: 'modules.cjs', more: ['--export', 'Secund'], complaint: "Did you mean 'Second'?" },
    { file: 'none.js', more: [], complaint: 'none.js' },
    { file: 'broken.module.js', more: [], complaint: 'Tasks.work: @Every expects a duration' },
    { file: 'hanging.module.js', more: [], complaint: 'the module is never made: a factory' },
    { file: 'rejecting.module.js', more: [], complaint: 'nobody caught Error: ECONNREFUSED' },
    {
      file: 'waiting.module.js',
      more: ['--timeout', '6s'],
      complaint: 'waiting.module.js is not made within 6s: it waits for something',
    },
    {
      file: 'unloaded.module.js',
      more: ['--timeout', '500ms'],
      complaint: 'unloaded.module.js is not loaded within 500ms: it waits for something',
    },
    {
      file: 'exiting.module.js',
      more: [],
      complaint: 'the module has ended the process, with the exit code 0',
    },
    {
      file: 'app.module.yml',
      more: [],
      complaint: 'app.module.yml is no JavaScript. Give the compiled file, such as dist/app.module.js.',
    },
    { file: 'bare.module.js', more: [], complaint: 'expects StsModule.forRoot() among its imports' },
  ])('exits with 2, and says why, for $file $more', async ({ file, more, complaint }) => {
    const { code, stdout, stderr } = await command('plan', fixture(file), ...DAY, ...more);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^nestjs-sts: /);
    expect(stderr).toContain(complaint);
  });

  it('--help prints how to use it', async () => {
    const { code, stdout } = await command('plan', '--help');

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage:\n {2}nestjs-sts plan <module file>/);
  });
});

describe('nestjs-sts diff', { timeout: 60_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-command-'));
    await writeFile(join(folder, 'a.txt'), PLAN);
    await writeFile(join(folder, 'b.txt'), PLAN.replace('01T12:00', '01T13:00'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('exits with 0 for equal plans', async () => {
    const [a, b] = [join(folder, 'a.txt'), join(folder, 'a.txt')];

    expect(await command('diff', a, b)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('exits with 1 for others, and prints what differs', async () => {
    const [a, b] = [join(folder, 'a.txt'), join(folder, 'b.txt')];

    const { code, stdout } = await command('diff', a, b);
    const json = await command('diff', a, b, '--json');

    expect([code, json.code]).toEqual([1, 1]);
    expect(stdout).toBe('Tasks.work\n  1 run moved by 1h: 2026-01-01T12:00:00Z to 2026-01-01T13:00:00Z\n');
    expect(JSON.parse(json.stdout)).toMatchObject({ isSame: false, moved: [{ task: 'Tasks.work' }] });
  });
});

describe('both forms of a result, without a process', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-sts-forms-'));
    await writeFile(join(folder, 'a.txt'), PLAN);
    await writeFile(join(folder, 'b.txt'), PLAN.replace('01T12:00', '01T11:00'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    { files: ['a.txt', 'a.txt'], more: [], code: 0, out: '' },
    { files: ['a.txt', 'b.txt'], more: [], code: 1, out: '  1 run moved by -1h: ' },
    { files: ['a.txt', 'a.txt'], more: ['--json'], code: 0, out: '"isSame": true' },
    { files: ['a.txt', 'b.txt'], more: ['--json'], code: 1, out: '"isSame": false' },
  ])('diff $files $more ends with $code', async ({ files, more, code, out }) => {
    const end = await runCommand(['diff', ...files.map(file => join(folder, file)), ...more]);

    expect([end.code, end.complaint]).toEqual([code, '']);
    expect(end.out).toContain(out);
  });

  it('plan prints text, and JSON', async () => {
    const args = ['plan', fixture('large.module.js'), ...DAY];
    const [text, json] = [await runCommand(args), await runCommand([...args, '--json'])];

    expect([text.code, text.complaint, json.code]).toEqual([0, '', 0]);
    expect(text.out.match(/^Tasks\.task\d+$/gm)?.length).toBe(1_000);
    expect((JSON.parse(json.out) as { tasks: unknown[] }).tasks).toHaveLength(1_000);
  });
});

describe('what is misused', () => {
  const app = fixture('app.module.js');

  it.each([
    { args: ['plan', app], complaint: 'plan expects --from and --to.' },
    { args: ['plan', ...DAY], complaint: 'plan expects one module file, got none.' },
    { args: ['plan', app, '--from', 'now', '--to', '2026-01-02'], complaint: "got 'now'" },
    { args: ['plan', app, ...DAY, '--json', '--text'], complaint: 'one of --json and --text' },
    { args: ['plan', app, ...DAY, '--timeout', 'long'], complaint: '--timeout expects a duration' },
    { args: ['plan', app, ...DAY, '--form', 'x'], complaint: "Unknown option '--form'" },
    { args: ['plane'], complaint: "Did you mean 'plan'?" },
    { args: [], complaint: 'expects a command: plan, diff, migrate-from-schedule.' },
    { args: ['diff', app], complaint: 'diff expects two plan files' },
    { args: ['diff', app, app], complaint: 'before, line 1 expects a fire plan' },
    { args: ['diff', fixture('none.txt'), app], complaint: 'none.txt' },
  ])('ends with 2, and says why: $complaint', async ({ args, complaint }) => {
    const end = await runCommand(args);

    expect([end.code, end.out]).toEqual([2, '']);
    expect(end.complaint).toContain(complaint);
  });
});
