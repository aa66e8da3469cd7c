import { validOption } from '../errors.js';
import type { TaskContext } from './task.context.js';

/**
 * A task as a class of its own, named after the class. Decorate it with `@Every`, `@Cron`, …, and list it among
 * the providers of a module or in `StsModule.forFeature([…])`; or hand an instance to `TaskScheduler.addTask()`.
 *
 * @example
 * ```ts
 * @Injectable() @Every('1h')
 * export class CleanUp extends Task {
 *   async run(context: TaskContext) {}
 * }
 * ```
 */
export abstract class Task<Payload = undefined> {
  /** Does the work: what it throws or rejects with is a failure, what it returns the result. */
  abstract run(context: TaskContext<Payload>): unknown;
}

/** A task without a class, for `TaskScheduler.addTask()`. */
export interface TaskFunction<Payload = undefined> {
  readonly name: string;
  readonly run: (context: TaskContext<Payload>) => unknown;
}

/** Under it a task that is made rather than written has its name. */
export const GIVEN_NAME = Symbol('GIVEN_NAME');

/** The name that a task was made with; `undefined` for one that is named after its class. */
export function givenName(task: Task<never>): string | undefined {
  return (task as { [GIVEN_NAME]?: string })[GIVEN_NAME];
}

/**
 * The name of a task whose class may be used as it is, or be extended.
 *
 * @param isExtended whether a class of the user's own extends it, and names the task.
 * @throws {InvalidOptionError} for a name where the class gives one, and for none where it does not.
 */
export function nameGiven(
  name: unknown,
  { isExtended, where }: { readonly isExtended: boolean; readonly where: string },
): string | undefined {
  const remedy = isExtended
    ? 'A class names its task itself; to name it otherwise, use the option name of a decorator or of addTask().'
    : 'It names the task; a class that extends this one would do so as well.';
  const expected = isExtended ? 'no name' : 'a name, such as "backup"';
  const isValid = (value: unknown) =>
    isExtended ? value === undefined : typeof value === 'string' && value !== '';
  return validOption(name, isValid, { where: `${where}: name`, expected, remedy });
}
