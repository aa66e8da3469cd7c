import { InvalidOptionError } from '../errors.js';
import { refuseNonObject } from '../option.keys.js';
import { resolveCommand, type Command, type CommandResult } from './command.js';
import { runCommand } from './command.run.js';
import type { TaskContext } from './task.context.js';
import { GIVEN_NAME, nameGiven, Task } from './task.js';

/** A command, with a name where no class names the task. */
export interface CommandTaskOptions extends Command {
  /** The task's name, for `new CommandTask({ name, … })` alone: a class of your own names its task itself. */
  readonly name?: string | undefined;
}

/**
 * A task that runs a program. Extend it, or hand an instance to `TaskScheduler.addTask()`.
 *
 * What the program writes goes line by line to the run's log, as `log`, and as `warn` for its error output; the run's
 * result is a `CommandResult`. An abort (timeout, cancellation, drain) sends SIGTERM and, after `killGrace`, SIGKILL
 * to the program and to all that it started; what it leaves behind when it ends is ended in the same way. On Windows
 * this is the program alone.
 *
 * @example
 * ```ts
 * @Injectable() @Cron('0 3 * * *', { timeout: '30m' })
 * export class Backup extends CommandTask {
 *   constructor() {
 *     super({ command: 'pg_dump', args: ['--file', '/backups/app.sql', 'app'] });
 *   }
 * }
 *
 * const sync = new CommandTask({ name: 'sync', command: 'rsync', args: ['-a', 'data/', 'backup/'] });
 * scheduler.addTask(sync, { every: '10m' });
 * ```
 */
export class CommandTask<Payload = undefined> extends Task<Payload> {
  /** @internal */
  readonly [GIVEN_NAME]: string | undefined;
  readonly #command: Command | undefined;

  /**
   * @param options may be left out by a class that has `command()`.
   * @throws {ConfigurationError} that names the option.
   */
  constructor(options?: CommandTaskOptions) {
    super();
    const where = new.target.name;
    const isExtended = new.target !== CommandTask;
    if (options === undefined) {
      if (this.command !== CommandTask.prototype.command) return;
      throw noCommand(where, isExtended);
    }
    refuseNonObject(options, where);
    const { name, ...command } = options;
    this[GIVEN_NAME] = nameGiven(name, { isExtended, where });
    resolveCommand(command, this[GIVEN_NAME] ?? where);
    this.#command = command;
  }

  /**
   * The command of one run. Write it in a class of your own when it depends on the context.
   *
   * @example
   * ```ts
   * protected override command({ dueAt }: TaskContext) {
   *   return { command: 'pg_dump', args: ['--file', `/backups/${dueAt}.sql`, 'app'] };
   * }
   * ```
   */
  protected command(_context: TaskContext<Payload>): Command | Promise<Command> {
    return this.#command!;
  }

  /** @throws {CommandFailedError} when it does not succeed, or cannot be started. */
  async run(context: TaskContext<Payload>): Promise<CommandResult> {
    const command = resolveCommand(await this.command(context), `${context.taskName}: command()`);
    return runCommand(command, context as TaskContext<unknown>);
  }
}

function noCommand(where: string, isExtended: boolean): InvalidOptionError {
  const remedy = isExtended
    ? 'Write super({ command, args }) in its constructor, or a method command(context) that gives them.'
    : 'Write new CommandTask({ name, command, args }).';
  return new InvalidOptionError({ where, expected: 'a command', got: 'none', isGotText: true, remedy });
}
