import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
} from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { RETRY } from '../decorators/retry.decorator.js';
import type { RawDecorator } from '../decorators/task.metadata.js';
import { InvalidDecoratorError } from '../errors.js';

import { Task } from '../task/task.js';
import type { Handler, RawTask } from '../task/task.definition.js';
import { classDecorators, decoratedMethods, type Class } from './decorated.members.js';

/** A provider or controller, with what the messages say of it. */
interface Candidate {
  readonly wrapper: InstanceWrapper;
  readonly type: Class;
  readonly moduleName: string;
  readonly isController: boolean;
}

/**
 * The tasks that stand in the code of an app: decorated methods and `Task` classes among its providers.
 *
 * @throws {InvalidDecoratorError} for a decorator where it cannot work.
 */
export function exploreTasks(modules: ModulesContainer): readonly RawTask[] {
  const seen = new Set<unknown>();
  const tasks: RawTask[] = [];
  for (const candidate of candidatesIn(modules)) {
    const found = tasksOf(candidate);
    // A factory may hand out one instance under two tokens.
    if (found.length === 0 || seen.has(candidate.wrapper.instance)) continue;
    seen.add(candidate.wrapper.instance);
    tasks.push(...found);
  }
  return tasks;
}

function* candidatesIn(modules: ModulesContainer): Iterable<Candidate> {
  for (const module of modules.values()) {
    const moduleName = module.metatype.name;
    for (const wrapper of module.providers.values()) {
      const type = typeOf(wrapper);
      if (type !== undefined && !wrapper.isAlias) yield { wrapper, type, moduleName, isController: false };
    }
    for (const wrapper of module.controllers.values()) {
      const type = typeOf(wrapper);
      if (type !== undefined) yield { wrapper, type, moduleName, isController: true };
    }
  }
}

/** The class that an instance really has: a factory or a value may provide what its token does not say. */
function typeOf({ instance, metatype, inject }: InstanceWrapper): Class | undefined {
  const real: unknown = (instance as object | null | undefined)?.constructor;
  // A request-scoped provider has a prototype for its instance; a factory (it has `inject`) is no class.
  const type =
    typeof instance === 'object' && typeof real === 'function' ? real : inject ? undefined : metatype;
  return typeof type === 'function' && type.prototype !== undefined ? (type as Class) : undefined;
}

function tasksOf(candidate: Candidate): readonly RawTask[] {
  const { type, wrapper } = candidate;
  const methods = decoratedMethods(type);
  const ofClass = classDecorators(type);
  const isTaskClass = type.prototype instanceof Task;
  if (methods.length === 0 && ofClass.length === 0 && !isTaskClass) return [];
  const instance = wrapper.instance as Record<PropertyKey, Handler> & Task;
  const tasks = methods.map(({ key, decorators }) =>
    rawTask(candidate, `${type.name}.${String(key)}`, decorators, context => instance[key]!(context)),
  );
  if (ofClass.length > 0 && !isTaskClass) {
    const remedy = 'Extend Task, or decorate a method.';
    refuse(type.name, ofClass, 'a class that extends Task', `class ${type.name}`, remedy);
  }
  if (isTaskClass)
    tasks.push(rawTask(candidate, type.name, ofClass, context => instance.run(context as never)));
  for (const { key } of methods) refuseEnhancers(type, key);
  if (isTaskClass) refuseEnhancers(type, 'run');
  return tasks;
}

function rawTask(
  candidate: Candidate,
  name: string,
  decorators: readonly RawDecorator[],
  handler: Handler,
): RawTask {
  refuseWrongHost(candidate, name, decorators);
  if (decorators.length > 0 && decorators.every(({ decorator }) => decorator === RETRY)) {
    const remedy = 'Add @Manual() if the task is triggered by hand only.';
    refuse(name, decorators, 'a trigger beside it', 'none', remedy);
  }
  return {
    name,
    place: `${name} in ${candidate.moduleName}`,
    owner: candidate.wrapper.instance as object,
    handler,
    declarations: decorators.map(({ decorator, options }) => ({ where: `${name}: ${decorator}`, options })),
  };
}

function refuseWrongHost(
  { wrapper, isController, type }: Candidate,
  name: string,
  decorators: readonly RawDecorator[],
) {
  if (isController) {
    const remedy = 'Move the method to a provider: enhancers of controllers are made for HTTP.';
    refuse(name, decorators, 'a provider', `the controller ${type.name}`, remedy);
  }
  if (!wrapper.isDependencyTreeStatic()) {
    const remedy =
      'This version runs tasks of singletons only: move the method to one, or drop the request scope.';
    refuse(
      name,
      decorators,
      'a provider of default scope',
      `${type.name}, which is made per request`,
      remedy,
    );
  }
}

/** A guard that silently did not run would be worse than none. */
function refuseEnhancers(type: Class, key: PropertyKey): void {
  const method: unknown = Reflect.get(type.prototype, key);
  for (const kind of [GUARDS_METADATA, INTERCEPTORS_METADATA, EXCEPTION_FILTERS_METADATA]) {
    if (!Reflect.hasMetadata(kind, type) && !Reflect.hasMetadata(kind, method as object)) continue;
    const remedy = 'This version does not run them for tasks: remove them here.';
    const expected = 'no guards, interceptors or exception filters';
    throw new InvalidDecoratorError({ where: `${type.name}.${String(key)}`, expected, got: kind, remedy });
  }
}

function refuse(
  name: string,
  [first]: readonly RawDecorator[],
  expected: string,
  got: string,
  remedy: string,
): never {
  const where = first === undefined ? name : `${name}: ${first.decorator}`;
  throw new InvalidDecoratorError({ where, expected, got, remedy });
}
