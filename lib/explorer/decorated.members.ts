import { InvalidDecoratorError } from '../errors.js';
import { CLASS, ownDecorators, type RawDecorator } from '../decorators/task.metadata.js';

/** A class. */
export type Class = abstract new (...args: never[]) => object;

/** A method that bears decorators of ours. */
export interface DecoratedMethod {
  readonly key: PropertyKey;
  readonly decorators: readonly RawDecorator[];
}

/**
 * The decorated methods of a class, those of its ancestors included. What a class overrides without a decorator
 * is no task: only the body that would run counts.
 *
 * @throws {InvalidDecoratorError} for a decorated field, accessor or static method.
 */
export function decoratedMethods(type: Class): readonly DecoratedMethod[] {
  const chain = prototypesOf(type);
  const methods: DecoratedMethod[] = [];
  for (const prototype of chain) {
    refuseStatics(prototype.constructor);
    for (const [key, decorators] of ownDecorators(prototype)) {
      const owner = chain.find(candidate => Object.hasOwn(candidate, key));
      if (owner !== undefined && owner !== prototype) continue;
      const value: unknown = Object.getOwnPropertyDescriptor(prototype, key)?.value;
      if (typeof value !== 'function') refuse(`${type.name}.${String(key)}`, decorators, 'no method');
      methods.push({ key, decorators });
    }
  }
  return methods;
}

/** What stands on the class itself, or on the nearest ancestor with a decorator. */
export function classDecorators(type: Class): readonly RawDecorator[] {
  for (const prototype of prototypesOf(type)) {
    const decorators = ownDecorators(prototype.constructor).get(CLASS);
    if (decorators !== undefined) return decorators;
  }
  return [];
}

function prototypesOf(type: Class): readonly object[] {
  const chain: object[] = [];
  // An arrow function has none.
  let prototype = (type.prototype ?? null) as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    chain.push(prototype);
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return chain;
}

function refuseStatics(type: Function): void {
  for (const [key, decorators] of ownDecorators(type)) {
    if (key !== CLASS) refuse(`${type.name}.${String(key)}`, decorators, 'a static member');
  }
}

function refuse(member: string, [first]: readonly RawDecorator[], got: string): never {
  const expected = 'to stand on a method of an instance';
  const remedy = 'Write a method, and call from there what is to be called.';
  throw new InvalidDecoratorError({
    where: `${member}: ${first?.decorator}`,
    expected,
    got,
    isGotText: true,
    remedy,
  });
}
