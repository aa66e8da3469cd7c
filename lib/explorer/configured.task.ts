import { Inject } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { ConfigurationError, InvalidOptionError, validOption } from '../errors.js';
import { refuseNonObject, refuseUnknownKeys } from '../option.keys.js';
import type { Configured, ConfiguredPart, InjectedToken } from '../task/configured.js';
import type { Declaration } from '../task/task.declaration.js';
import type { RawTask } from '../task/task.definition.js';
import type { ScheduleOptions } from '../task/task.options.js';

/** The module whose providers a task's values come from. */
export interface Home {
  readonly name: string;
  readonly moduleRef: ModuleRef;
}

const KEYS = ['inject', 'useFactory', 'imports'] as const satisfies readonly (keyof Configured<unknown>)[];

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
  refuseUnknownKeys(source, KEYS, where);
  const { inject = [], useFactory } = source as Configured<unknown>;
  const isFunction = (value: unknown) => typeof value === 'function';
  validOption(useFactory, isFunction, { where: `${where}: useFactory`, expected: 'a function' });
  const expected = 'a list of classes and other tokens';
  validOption(inject, Array.isArray, { where: `${where}: inject`, expected });
  const dependencies: unknown[] = [];
  for (const token of inject) dependencies.push(await injected(token, where, home));
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

/** As Nest would inject it into a provider of the module; else what any module provides under the token. */
async function injected(asked: InjectedToken, where: string, { name, moduleRef }: Home): Promise<unknown> {
  const isDescribed = typeof asked === 'object' && asked !== null && 'token' in asked;
  const token = isDescribed ? asked.token : asked;
  try {
    class Holder {
      constructor(readonly value: unknown) {}
    }
    Inject(token)(Holder, undefined, 0);
    return (await moduleRef.create<Holder>(Holder)).value;
  } catch (error) {
    const anywhere = providedAnywhere(token, moduleRef);
    if (anywhere !== undefined) return anywhere;
    if (isDescribed && asked.optional) return undefined;
    throw unresolved(token, where, name, error);
  }
}

function providedAnywhere(token: InjectedToken, moduleRef: ModuleRef): unknown {
  try {
    return moduleRef.get(token as string, { strict: false });
  } catch {
    return undefined;
  }
}

function unresolved(token: unknown, where: string, moduleName: string, cause: unknown): InvalidOptionError {
  const isMissing = token === undefined || token === null;
  const remedy = isMissing
    ? 'Are there files that import each other?'
    : `Import the module that exports it into ${moduleName}. Request-scoped providers cannot be had before there is a request.`;
  const expected = `tokens of providers that ${moduleName} can inject`;
  return new InvalidOptionError({ where: `${where}: inject`, expected, got: token, remedy }, { cause });
}

function saidTwice(key: string, got: unknown, where: string): InvalidOptionError {
  const expected = 'options that the decorator does not give already';
  return new InvalidOptionError({ where: `${where}: useFactory: ${key}`, expected, got });
}
