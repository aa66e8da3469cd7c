import { ConfigurationError, InvalidOptionError, validOption } from '../errors.js';
import { refuseNonObject, refuseUnknownKeys } from '../option.keys.js';
import type { Configured, ConfiguredPart } from '../task/configured.js';
import type { Declaration } from '../task/task.declaration.js';
import type { RawTask } from '../task/task.definition.js';
import type { ScheduleOptions } from '../task/task.options.js';
import { injected, type Home } from './injected.value.js';

const KEYS = ['inject', 'useFactory'] as const satisfies readonly (keyof Configured<unknown>)[];

/**
 * A task with all of its values; itself when none comes from providers.
 *
 * @throws {ConfigurationError} that names the task, its decorator and, when it cannot be injected, the token.
 */
export function configured(task: RawTask, home: Home): RawTask | Promise<RawTask> {
  if (task.declarations.every(({ configured: parts = [] }) => parts.length === 0)) return task;
  const declarations = task.declarations.map(declaration => withValues(declaration, home));
  return Promise.all(declarations).then(declared => ({ ...task, declarations: declared }));
}

async function withValues({ configured: parts = [], ...declaration }: Declaration, home: Home) {
  const options: Record<string, unknown> = { ...declaration.options };
  for (const part of parts) {
    const value = await valueOf(part, declaration.where, home);
    if (part.key !== null) options[part.key] = value;
    else takeOptions(options, value, declaration.where);
  }
  return { ...declaration, options: options as ScheduleOptions };
}

/** What stands in the decorator itself stays. */
function takeOptions(options: Record<string, unknown>, value: unknown, where: string): void {
  refuseNonObject(value, `${where}: useFactory`);
  for (const [key, option] of Object.entries(value)) {
    if (Object.hasOwn(options, key)) throw saidTwice(key, option, where);
    options[key] = option;
  }
}

async function valueOf({ source }: ConfiguredPart, where: string, home: Home): Promise<unknown> {
  const { imports: _, ...read } = source as Configured<unknown>;
  refuseUnknownKeys(read, KEYS, where);
  const { inject = [], useFactory } = read;
  const isFunction = (value: unknown) => typeof value === 'function';
  validOption(useFactory, isFunction, { where: `${where}: useFactory`, expected: 'a function' });
  const expected = 'a list of classes and other tokens';
  validOption(inject, Array.isArray, { where: `${where}: inject`, expected });
  const dependencies: unknown[] = [];
  for (const token of inject) dependencies.push(await injected(token, `${where}: inject`, home));
  const value = await made(() => useFactory(...(dependencies as never[])), where);
  if (value !== undefined) return value;
  const remedy = 'Is there such a setting? null disables a trigger.';
  const wanted = 'a function that returns a value';
  throw new InvalidOptionError({ where: `${where}: useFactory`, expected: wanted, got: value, remedy });
}

async function made(make: () => unknown, where: string): Promise<unknown> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const complaint = {
      where: `${where}: useFactory`,
      expected: 'a function that returns a value',
      got: error,
    };
    throw new InvalidOptionError(complaint, { cause: error });
  }
}

function saidTwice(key: string, got: unknown, where: string): InvalidOptionError {
  const expected = 'options that the decorator does not give already';
  return new InvalidOptionError({ where: `${where}: useFactory: ${key}`, expected, got });
}
