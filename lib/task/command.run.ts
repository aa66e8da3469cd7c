import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailedError } from '../errors.js';
import { argsOf, type CommandResult, type ResolvedCommand } from './command.js';
import { capture, feed } from './command.output.js';
import { OWN_GROUP, ProcessGroup } from './process.group.js';
import { onSchedulerStop } from './stop.hooks.js';
import type { TaskContext } from './task.context.js';

/** How long those that a program leaves behind may still write, as the end of a shell's pipeline does. */
const LINGER_MS = 1_000;
/** How long what is in the pipes may take to come when nobody is left who should write to them. */
const REST_MS = 100;

/**
 * Runs a program. It ends with the program's process group: what the program leaves behind in it is ended, too.
 *
 * @throws {CommandFailedError} when it does not succeed; the signal's reason when that aborts.
 */
export async function runCommand(
  command: ResolvedCommand,
  context: TaskContext<unknown>,
): Promise<CommandResult> {
  const { signal, logger, taskName } = context;
  signal.throwIfAborted();
  const child = await start(command, taskName);
  const stdout = capture(child.stdout!, command.maxOutput, line => logger.log(line));
  const stderr = capture(child.stderr!, command.maxOutput, line => logger.warn(line));
  if (child.stdin !== null) feed(child.stdin, command.input, line => logger.debug(line));
  const end = await endOf(child, command, context);
  const output = { stdout: stdout.end(), stderr: stderr.end() };
  signal.throwIfAborted();
  const { exitCode } = end;
  if (exitCode !== null && command.successCodes.includes(exitCode)) return { exitCode, ...output };
  throw new CommandFailedError(taskName, { command: command.program, ...end, ...output });
}

async function start(command: ResolvedCommand, taskName: string): Promise<ChildProcess> {
  const { program, args, cwd, env, input } = command;
  try {
    const child = spawn(program, args, {
      ...OWN_GROUP,
      cwd,
      env: { ...process.env, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (child.pid === undefined) await once(child, 'spawn');
    return child;
  } catch (cause) {
    const how = whyNotStarted(command, cause as NodeJS.ErrnoException);
    const failure = { command: program, exitCode: null, signal: null, stdout: '', stderr: '' };
    throw new CommandFailedError(taskName, failure, { how, cause });
  }
}

/** The system says ENOENT of a missing folder as well. */
function whyNotStarted({ program, cwd }: ResolvedCommand, { code, message }: NodeJS.ErrnoException): string {
  const failed = 'could not be started:';
  if (cwd !== undefined && !isFolder(cwd)) return `${failed} its cwd ${String(cwd)} is no folder.`;
  if (code === 'ENOENT') return `${failed} there is no such program.${hintAt(program)}`;
  if (code === 'EACCES') return `${failed} it is no program, or may not be executed.`;
  return `${failed} ${message}.`;
}

function isFolder(path: string | URL): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function hintAt(program: string): string {
  if (!/\s/.test(program.trim())) return '';
  const [command, ...args] = program.trim().split(/\s+/);
  return ` There is no shell: write command: '${command}', args: ${argsOf(args.join(' '))}.`;
}

interface End {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How the program itself ended, when all of its group has. */
async function endOf(
  child: ChildProcess,
  { killGraceMs }: ResolvedCommand,
  context: TaskContext<unknown>,
): Promise<End> {
  const { signal } = context;
  const group = new ProcessGroup(child);
  const unhook = onSchedulerStop(context, () => group.kill());
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  const exited = new Promise<End>(resolve => {
    child.once('exit', (exitCode, endedBy) => resolve({ exitCode, signal: endedBy }));
  });
  const abort = () => void group.end(killGraceMs);
  signal.addEventListener('abort', abort);
  // It may have come while the program started.
  if (signal.aborted) abort();
  const end = await exited;
  if (!signal.aborted) await atMost(LINGER_MS, closed);
  await group.end(killGraceMs);
  await atMost(REST_MS, closed);
  signal.removeEventListener('abort', abort);
  unhook();
  return end;
}

async function atMost(ms: number, awaited: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const over = wait(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([awaited, over]);
  timer.abort();
}
