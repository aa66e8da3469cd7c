import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { CommandFailedError, InvalidDurationError, InvalidOptionError } from '../../lib/errors.js';
import { CommandTask, type CommandTaskOptions } from '../../lib/task/command.task.js';
import type { Command } from '../../lib/task/command.js';
import { DEAF, gone, isAlive, node, parentOf, pidsIn, RUNNING } from './processes.js';
import { sampleContext } from './sample.context.js';

const task = (command: Command) => new CommandTask({ name: 'Backup', ...command });
const run = (command: Command) => task(command).run(sampleContext() as never);

async function failureOf(command: Command): Promise<CommandFailedError> {
  const error = await run(command).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandFailedError);
  return error as CommandFailedError;
}

async function folder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'nestjs-sts-command-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe('a command that succeeds', () => {
  it('has its exit code and what it wrote as its result', async () => {
    const result = await run(node(`console.log('saved'); console.error('slow')`));

    expect(result).toEqual({ exitCode: 0, stdout: 'saved\n', stderr: 'slow\n' });
  });

  it('gets its arguments as they are: no shell looks at them', async () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const args = ['$HOME', '*', 'a b', '"', '; echo x', ''];

    const { stdout } = await run({ command: process.execPath, args: ['-e', script, '--', ...args] });

    expect(JSON.parse(stdout)).toEqual(args);
  });

  it('may end with another code that means success', async () => {
    expect(await run({ ...node('process.exit(24)'), successCodes: [0, 24] })).toMatchObject({ exitCode: 24 });
  });

  it('has its environment added to that of the app, and may lack a part of it', async () => {
    process.env.STS_TEST_OF_COMMANDS = 'inherited';
    onTestFinished(() => void delete process.env.STS_TEST_OF_COMMANDS);
    const script = 'console.log(process.env.STS_TEST_OF_COMMANDS, process.env.TARGET)';
    const env = { TARGET: 'disk' };

    const inherited = await run({ ...node(script), env });
    const without = await run({ ...node(script), env: { ...env, STS_TEST_OF_COMMANDS: undefined } });

    expect(inherited.stdout).toBe('inherited disk\n');
    expect(without.stdout).toBe('undefined disk\n');
  });

  it.each(['path', 'URL'])('runs in its folder, given as a %s', async kind => {
    const path = await folder();
    const cwd = kind === 'path' ? path : pathToFileURL(path);

    const { stdout } = await run({ ...node('console.log(process.cwd())'), cwd });

    expect(stdout).toBe(`${path}\n`);
  });

  it.each([
    ['a text', 'grüße', 'grüße'],
    ['bytes', new Uint8Array([104, 105]), 'hi'],
    ['nothing', '', ''],
  ])('reads %s from its input', async (_, input, read) => {
    const { stdout } = await run({ command: 'cat', input });

    expect(stdout).toBe(read);
  });

  it('has no input to wait for unless it is given some', async () => {
    expect(await run({ command: 'cat' })).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('need not read its input', async () => {
    const context = sampleContext();
    const input = 'x'.repeat(4_000_000);

    const result = await task({ ...node('process.stdin.destroy()'), input }).run(context as never);

    expect(result.exitCode).toBe(0);
    expect(context.lines).toEqual([expect.stringMatching(/^debug: it did not read all of its input: /)]);
  });
});

describe('what a command writes', () => {
  it('is in the log line by line, errors as warnings, without colours and empty lines', async () => {
    const context = sampleContext();
    const script = `process.stdout.write('one\\r\\n\\n\\u001b[31mtwo\\u001b[39m\\n 10 %\\r 20 %\\rend');
      process.stderr.write('careful\\n')`;

    await task(node(script)).run(context as never);

    const ofLog = context.lines.filter(line => line.startsWith('log: '));
    expect(ofLog).toEqual(['log: one', 'log: two', 'log:  10 %', 'log:  20 %', 'log: end']);
    expect(context.lines).toContain('warn: careful');
  });

  it('is in the log as it comes', async () => {
    const context = sampleContext();
    const running = task(node(RUNNING)).run(context as never);

    await pidsIn(context.lines, 1);
    context.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
  });

  it('keeps characters whole whose bytes come apart', async () => {
    const script = `const bytes = Buffer.from('für 10 €');
      let i = 0; const next = () => i < bytes.length && process.stdout.write(bytes.subarray(i, ++i), () => setTimeout(next, 3));
      next();`;
    const context = sampleContext();

    const { stdout } = await task(node(script)).run(context as never);

    expect(stdout).toBe('für 10 €');
    expect(context.lines).toEqual(['log: für 10 €']);
  });

  it('is cut in long lines, however long they are', async () => {
    const context = sampleContext();

    await task(node(`console.log('x'.repeat(3_000_000)); console.log('end')`)).run(context as never);

    expect(context.lines).toEqual([`log: ${'x'.repeat(2_000)}…`, 'log: end']);
  });

  it.each([
    { maxOutput: 10, stdout: '…0000000end' },
    { maxOutput: 0, stdout: '…' },
    { maxOutput: 2_000_003, stdout: `${'0'.repeat(2_000_000)}end` },
  ])('is kept to its last $maxOutput characters', async ({ maxOutput, stdout }) => {
    const script = `process.stdout.write('0'.repeat(2_000_000) + 'end')`;

    expect((await run({ ...node(script), maxOutput })).stdout).toBe(stdout);
  });
});

describe('a command that fails', () => {
  it('says how, with the end of its error output', async () => {
    const error = await failureOf(
      node(`console.log('out'); console.error('no space left'); process.exit(3)`),
    );

    expect(error.message).toBe(`Backup: ${process.execPath} ended with exit code 3: no space left`);
    expect(error).toMatchObject({
      taskName: 'Backup',
      command: process.execPath,
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'no space left\n',
    });
  });

  it('shows only the end of a long error output in its message', async () => {
    const error = await failureOf(node(`console.error('a'.repeat(600) + 'b'); process.exit(1)`));

    expect(error.message.endsWith(`: …${'a'.repeat(499)}b`)).toBe(true);
    expect(error.stderr).toBe(`${'a'.repeat(600)}b\n`);
  });

  it('names the signal that ended it', async () => {
    const error = await failureOf(node(`process.kill(process.pid, 'SIGKILL')`));

    expect(error.message).toBe(`Backup: ${process.execPath} was ended by SIGKILL.`);
    expect(error).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('does so with exit code 0 when that does not mean success', async () => {
    expect(await failureOf({ ...node(''), successCodes: [1] })).toMatchObject({ exitCode: 0 });
  });

  it('says that there is no such program', async () => {
    const error = await failureOf({ command: 'no-such-program' });

    expect(error.message).toBe('Backup: no-such-program could not be started: there is no such program.');
    expect(error).toMatchObject({ exitCode: null, signal: null, cause: { code: 'ENOENT' } });
  });

  it('says how to write a command line', async () => {
    const { message } = await failureOf({ command: 'pg_dump -Fc app' });

    expect(message).toMatch(/There is no shell: write command: 'pg_dump', args: \[ '-Fc', 'app' \]\.$/);
  });

  it('says that its folder is missing', async () => {
    const { message } = await failureOf({ ...node(''), cwd: '/no/such/folder' });

    expect(message).toMatch(/could not be started: its cwd \/no\/such\/folder is no folder\.$/);
  });

  it('says that a file may not be executed', async () => {
    const file = join(await folder(), 'backup.sh');
    await writeFile(file, 'echo', { mode: 0o600 });

    expect((await failureOf({ command: file })).message).toMatch(
      /it is no program, or may not be executed\.$/,
    );
  });

  it('says what the system says of anything else', async () => {
    const error = await failureOf({ command: 'echo', args: ['x'.repeat(4_000_000)] });

    expect(error.message).toMatch(/could not be started: .*E2BIG\.$/);
  });
});

describe('an abort', () => {
  it('ends a command with SIGTERM, and is thrown when it is gone', async () => {
    const context = sampleContext();
    const running = task(node(RUNNING)).run(context as never);
    const pids = await pidsIn(context.lines, 1);
    const reason = new Error('cancelled');

    context.abort(reason);

    await expect(running).rejects.toBe(reason);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends one that does not hear SIGTERM with SIGKILL, after its grace', async () => {
    const context = sampleContext();
    const running = task({ ...node(DEAF), killGrace: '50ms' }).run(context as never);
    const pids = await pidsIn(context.lines, 1);

    context.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends what the command has started, too', async () => {
    const context = sampleContext();
    const running = task({ ...node(parentOf(DEAF, RUNNING)), killGrace: '50ms' }).run(context as never);
    const pids = await pidsIn(context.lines, 2);

    context.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('leaves a command the time to end in its own way', async () => {
    const context = sampleContext();
    const script = `process.on('SIGTERM', () => setTimeout(() => { console.log('tidied'); process.exit(); }, 100)); ${RUNNING}`;
    const running = task(node(script)).run(context as never);
    await pidsIn(context.lines, 1);

    context.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(context.lines).toContain('log: tidied');
  });

  it.each([0, 1, 2, 3])('%i microtasks after the start is heard', async microtasks => {
    const context = sampleContext();
    const running = task({ command: 'sleep', args: ['20'] }).run(context as never);
    for (let i = 0; i < microtasks; i++) await Promise.resolve();
    const abortedAt = performance.now();

    context.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(performance.now() - abortedAt).toBeLessThan(10_000);
  });

  it('that came before starts nothing', async () => {
    const context = sampleContext();
    context.abort(new Error('cancelled'));

    await expect(task(node(`console.log('started')`)).run(context as never)).rejects.toThrow('cancelled');
    expect(context.lines).toEqual([]);
  });
});

describe('what a command leaves behind', () => {
  it('is ended with it, and what it wrote until then is there', async () => {
    const context = sampleContext();
    const then = `setTimeout(() => process.exit(7), 200)`;
    const command = { ...node(parentOf(DEAF, then)), killGrace: '50ms', successCodes: [7] } as const;

    const result = await task(command).run(context as never);

    expect(result.exitCode).toBe(7);
    const pids = await pidsIn(context.lines, 1);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('does not hold up the run when it has left the group with the pipes open', async () => {
    const context = sampleContext();
    const command = node(parentOf(RUNNING, `setTimeout(() => process.exit(), 200)`, '{ detached: true }'));

    const result = await task(command).run(context as never);

    expect(result.exitCode).toBe(0);
    const pids = await pidsIn(context.lines, 1);
    expect(pids.filter(isAlive)).toEqual(pids);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await gone(...pids);
  });
});

describe('many commands', () => {
  it('leave no handle and no listener', { timeout: 240_000 }, async () => {
    await run({ command: 'true' });
    // What was closed may take a turn to be gone.
    const open = () =>
      process.getActiveResourcesInfo().filter(name => /Process|Pipe|Timeout/.test(name)).length;
    const before = open();

    for (let i = 0; i < 100; i++) {
      await Promise.all(Array.from({ length: 10 }, () => run({ command: 'true' })));
    }

    await vi.waitUntil(() => open() <= before, { timeout: 5_000 });
    expect(process.listeners('exit').filter(({ name }) => name === 'killAll')).toEqual([]);
  });

  it('of one signal leave no listener on it', async () => {
    const context = sampleContext();
    let listeners = 0;
    const { signal } = context;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));

    await task({ command: 'true' }).run(context as never);

    expect(listeners).toBe(0);
  });
});

describe('the options of a command', () => {
  it.each<[unknown, RegExp]>([
    [{ command: '' }, /^Backup: command expects a program, such as "pg_dump", got ''/],
    [{ command: ['ls', '-l'] }, /^Backup: command .* Put the arguments into args\.$/],
    [
      { command: 'ls', args: '-l /tmp' },
      /^Backup: args .* Write one text for each argument: \[ '-l', '\/tmp' \]\.$/,
    ],
    [{ command: 'ls', args: [5] }, /^Backup: args expects a list of texts without NUL, got \[ 5 \]/],
    [{ command: 'ls', args: ['a\0b'] }, /^Backup: args expects a list of texts without NUL/],
    [{ command: 'ls', cwd: new URL('http://x') }, /^Backup: cwd expects a path, or a file: URL/],
    [{ command: 'ls', cwd: '' }, /^Backup: cwd expects/],
    [{ command: 'ls', env: { A: 1 } }, /^Backup: env expects an object of texts without NUL, got \{ A: 1 \}/],
    [{ command: 'ls', env: null }, /^Backup: env expects/],
    [{ command: 'ls', input: 5 }, /^Backup: input expects a text, or bytes, got 5/],
    [{ command: 'ls', successCodes: 1 }, /^Backup: successCodes .* Write \[1\]\.$/],
    [{ command: 'ls', successCodes: [] }, /^Backup: successCodes expects a list of exit codes, one or more/],
    [{ command: 'ls', maxOutput: -1 }, /^Backup: maxOutput expects a whole number of characters, 0 to /],
    [{ command: 'ls', shell: true }, /^Backup expects known options only, got 'shell'/],
  ])('refuse %o', (options, message) => {
    const make = () => task(options as Command);

    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(message);
  });

  it('refuse a grace that is no duration', () => {
    expect(() => task({ command: 'ls', killGrace: 'soon' as '5s' })).toThrow(InvalidDurationError);
  });

  it('need a name where no class gives one, and refuse it where one does', () => {
    class Backup extends CommandTask {}

    expect(() => new CommandTask({ command: 'ls' })).toThrow(
      /^CommandTask: name expects a name, .* got undefined/,
    );
    expect(() => new Backup({ name: 'x', command: 'ls' })).toThrow(
      /^Backup: name expects no name, got 'x'\. A class names its task itself/,
    );
    expect(() => new CommandTask(null as unknown as CommandTaskOptions)).toThrow(InvalidOptionError);
  });

  it('must be there, or a method that gives them', async () => {
    class Empty extends CommandTask {}
    class Backup extends CommandTask<string> {
      protected override async command({ dueAt, payload }: { dueAt: number; payload: string }) {
        return { command: 'echo', args: [payload, new Date(dueAt).toISOString()] };
      }
    }

    expect(() => new Empty()).toThrow(
      /^Empty expects a command, got none\. Write super\(\{ command, args \}\)/,
    );
    expect(() => new CommandTask()).toThrow(
      /^CommandTask expects a command, got none\. Write new CommandTask/,
    );
    const { stdout } = await new Backup().run(sampleContext({ payload: 'app' }) as never);
    expect(stdout).toBe('app 1970-01-01T00:00:00.000Z\n');
  });

  it('are checked in each run when a method gives them', async () => {
    class Backup extends CommandTask {
      protected override command() {
        return { command: '' };
      }
    }

    await expect(new Backup().run(sampleContext() as never)).rejects.toThrow(
      /^Backup: command\(\): command expects a program/,
    );
  });
});
