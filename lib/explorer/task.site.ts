import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
} from '@nestjs/common/constants.js';
import { RETRY } from '../decorators/retry.decorator.js';
import type { RawDecorator } from '../decorators/task.metadata.js';
import { InvalidDecoratorError } from '../errors.js';
import { Task } from '../task/task.js';
import type { Candidate } from './candidates.js';
import { classDecorators, decoratedMethods, type Class } from './decorated.members.js';
import { taskClassDecorators } from './task.class.js';

/** A place in the code that bears a task. */
export interface TaskSite {
  readonly candidate: Candidate;
  /** `ReportTasks.nightly`, or `CleanUp` for a Task class. */
  readonly name: string;
  /** The method that is called. */
  readonly key: PropertyKey;
  readonly decorators: readonly RawDecorator[];
}

/** The tasks that a class bears: its decorated methods, and itself when it extends Task. */
export function sitesOf(candidate: Candidate): readonly TaskSite[] {
  const { type } = candidate;
  const sites = decoratedMethods(type).map(({ key, decorators }) => {
    return { candidate, name: `${type.name}.${String(key)}`, key, decorators };
  });
  const itself = { candidate, name: type.name, key: 'run' };
  if (type.prototype instanceof Task) return [...sites, { ...itself, decorators: taskClassDecorators(type) }];
  const decorators = classDecorators(type);
  if (decorators.length === 0) return sites;
  const remedy = 'Extend Task, or decorate a method.';
  throw complaint({ ...itself, decorators }, 'a class that extends Task', `class ${type.name}`, remedy);
}

/**
 * Whether a class bears tasks, or decorators that make it one that should: one that extends Task needs none, for it
 * can be triggered by hand.
 *
 * @throws {InvalidDecoratorError} for a decorated field, accessor or static method.
 */
export function hasTasks(type: Class): boolean {
  if (type.prototype instanceof Task) return true;
  return decoratedMethods(type).length > 0 || classDecorators(type).length > 0;
}

/** @throws {InvalidDecoratorError} for a place where a task cannot work. */
export function refuseWrongSite(site: TaskSite): void {
  const { candidate, decorators } = site;
  const { type, wrapper, isController } = candidate;
  if (type.name === '') {
    throw complaint(
      site,
      'a class with a name',
      'an anonymous class',
      'Name the class: tasks are named after it.',
    );
  }
  if (isController) {
    const remedy = 'Move the method to a provider: enhancers of controllers are made for HTTP.';
    throw complaint(site, 'a provider', `the controller ${type.name}`, remedy);
  }
  if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
    const remedy =
      'This version runs tasks of singletons only: move the method to one, or drop the request scope.';
    throw complaint(
      site,
      'a provider of default scope',
      `${type.name}, which is made anew per request or use`,
      remedy,
    );
  }
  if (decorators.length > 0 && decorators.every(({ decorator }) => decorator === RETRY)) {
    const remedy =
      'Add @Every, @Cron or another trigger, or @Manual() if the task is triggered by hand only.';
    throw complaint(site, 'a trigger beside it', 'none', remedy);
  }
  refuseEnhancers(site);
}

/** A guard that silently did not run would be worse than none. */
function refuseEnhancers(site: TaskSite): void {
  const { type, wrapper } = site.candidate;
  // A field with a function is called in place of the method, and has none of its metadata.
  const called: unknown = Reflect.get(wrapper.instance as object, site.key);
  if (typeof called !== 'function') {
    throw complaint(site, `a method ${String(site.key)}`, 'none', 'Write the method.');
  }
  const bearers = [type, Reflect.get(type.prototype, site.key) as unknown, called];
  for (const kind of [GUARDS_METADATA, INTERCEPTORS_METADATA, EXCEPTION_FILTERS_METADATA]) {
    if (!bearers.some(bearer => typeof bearer === 'function' && Reflect.hasMetadata(kind, bearer))) continue;
    const remedy = 'This version does not run them for tasks: remove them here.';
    throw complaint(site, 'no guards, interceptors or exception filters', kind.replaceAll('_', ''), remedy);
  }
}

function complaint({ name, decorators: [first] }: TaskSite, expected: string, got: string, remedy: string) {
  const where = first === undefined ? name : `${name}: ${first.decorator}`;
  return new InvalidDecoratorError({ where, expected, got, isGotText: true, remedy });
}
