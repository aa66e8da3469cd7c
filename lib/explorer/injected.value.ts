import { Inject, Scope } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { UnknownDependenciesException } from '@nestjs/core/errors/exceptions/unknown-dependencies.exception.js';
import { show } from '../error.text.js';
import { InvalidOptionError } from '../errors.js';
import type { InjectedToken } from '../task/configured.js';

/** The module whose providers a task's values come from. */
export interface Home {
  readonly name: string;
  readonly moduleRef: ModuleRef;
}

/**
 * As Nest would inject it into a provider of the module; else what any module provides under the token.
 *
 * @throws {InvalidOptionError} when there is none, it is request-scoped, or it cannot be made.
 */
export async function injected(asked: InjectedToken, where: string, home: Home): Promise<unknown> {
  const isDescribed = typeof asked === 'object' && asked !== null && 'token' in asked;
  const token = isDescribed ? asked.token : asked;
  if (token === undefined || token === null) {
    throw unresolved(token, where, home, 'Are there files that import each other?');
  }
  class Holder {
    constructor(readonly value: unknown) {}
  }
  Inject(token)(Holder, undefined, 0);
  try {
    return (await home.moduleRef.create<Holder>(Holder)).value;
  } catch (error) {
    const isAbsent = isMissing(error, Holder);
    // What is there and fails is neither missing nor optional.
    if (!isAbsent && !isOfScope(error)) throw notMade(token, where, error);
    const anywhere = isAbsent ? providedAnywhere(token, home) : undefined;
    if (anywhere !== undefined) return anywhere;
    if (isDescribed && asked.optional) return undefined;
    if (!isAbsent || isScopedAnywhere(token, home)) throw requestScoped(token, where, error);
    throw unresolved(token, where, home, `Import the module that exports it into ${home.name}.`, error);
  }
}

/** Rather than a dependency of the provider itself. */
function isMissing(error: unknown, holder: Function): boolean {
  return error instanceof UnknownDependenciesException && error.type === holder.name;
}

/** By name: the first releases of Nest 11 have no such class. */
function isOfScope(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === 'RequestScopedCreateException';
}

function providedAnywhere(token: InjectedToken, { moduleRef }: Home): unknown {
  try {
    return moduleRef.get(token as string, { strict: false });
  } catch {
    return undefined;
  }
}

function isScopedAnywhere(token: InjectedToken, { moduleRef }: Home): boolean {
  try {
    return moduleRef.introspect(token as string).scope === Scope.REQUEST;
  } catch {
    return false;
  }
}

function unresolved(token: unknown, where: string, { name }: Home, remedy: string, cause?: unknown) {
  const expected = `tokens of providers that ${name} can inject`;
  return new InvalidOptionError({ where, expected, got: token, remedy }, { cause });
}

function requestScoped(token: unknown, where: string, cause: unknown): InvalidOptionError {
  const expected = 'providers that are there before any request';
  const got = `${show(token)}, which is request-scoped or depends on what is`;
  const remedy = 'Inject one that is not.';
  return new InvalidOptionError({ where, expected, got, isGotText: true, remedy }, { cause });
}

function notMade(token: unknown, where: string, cause: unknown): InvalidOptionError {
  const got = `${show(token)}, which fails with ${show(cause)}`;
  return new InvalidOptionError(
    { where, expected: 'providers that can be made', got, isGotText: true },
    { cause },
  );
}
