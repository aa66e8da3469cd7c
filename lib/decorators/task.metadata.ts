import 'reflect-metadata';
import type { ConfiguredPart } from '../task/configured.js';
import type { ScheduleOptions } from '../task/task.options.js';

/** What one decorator said, unread. */
export interface RawDecorator {
  /** `@Every` */
  readonly decorator: string;
  readonly options: ScheduleOptions;
  /** What of the options comes from providers. @default nothing */
  readonly configured?: readonly ConfiguredPart[];
}

/** By method name; what stands on the class itself is under `CLASS`. */
export type RawDecorators = ReadonlyMap<PropertyKey, readonly RawDecorator[]>;

/** The key for decorators on the class itself. */
export const CLASS = Symbol('class');

const METADATA = 'nestjs-sts:decorators';

/**
 * A decorator for methods, and for classes that extend `Task`. It only notes what it was given: names, defaults
 * and errors are the explorer's, who knows where it stands.
 */
export type TaskDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

/**
 * Notes are kept per class and method name, not on the function: they survive another decorator that wraps it,
 * and a method overridden without a decorator is no task.
 */
export function taskDecorator(raw: RawDecorator): TaskDecorator {
  return (target, key = CLASS) => {
    const noted = ownDecorators(target);
    // Decorators run from the last to the first; the first one written comes first.
    const decorators = new Map(noted).set(key, [raw, ...(noted.get(key) ?? [])]);
    Reflect.defineMetadata(METADATA, decorators, target);
  };
}

/** What stands in this class's own body (given its prototype), or on it and its statics (given the class). */
export function ownDecorators(target: object): RawDecorators {
  return (Reflect.getOwnMetadata(METADATA, target) as RawDecorators | undefined) ?? new Map();
}
