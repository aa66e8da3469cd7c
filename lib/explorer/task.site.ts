import { RETRY } from '../decorators/retry.decorator.js';
import type { RawDecorator } from '../decorators/task.metadata.js';
import { InvalidDecoratorError } from '../errors.js';
import { givenName, Task } from '../task/task.js';
import type { Candidate } from './candidates.js';
import { classDecorators, decoratedMethods, type Class } from './decorated.members.js';
import { isScoped } from './scoped.instance.js';
import { taskClassDecorators } from './task.class.js';
import { enhancersOf, type OwnEnhancers } from './task.enhancers.js';

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
  const { type, wrapper } = candidate;
  const sites = decoratedMethods(type).map(({ key, decorators }) => {
    return { candidate, name: `${type.name}.${String(key)}`, key, decorators };
  });
  const itself = { candidate, name: type.name, key: 'run' };
  if (type.prototype instanceof Task) {
    const name = givenName(wrapper.instance as Task<never>) ?? type.name;
    return [...sites, { ...itself, name, decorators: taskClassDecorators(type) }];
  }
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
  const { type, isController } = candidate;
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
  if (decorators.length > 0 && decorators.every(({ decorator }) => decorator === RETRY)) {
    const remedy =
      'Add @Every, @Cron or another trigger, or @Manual() if the task is triggered by hand only.';
    throw complaint(site, 'a trigger beside it', 'none', remedy);
  }
  refuseIdleEnhancers(site);
}

/** A guard that silently did not run would be worse than none. */
function refuseIdleEnhancers(site: TaskSite): void {
  const { type, wrapper } = site.candidate;
  const method: unknown = Reflect.get(type.prototype, site.key);
  // What is made anew for each attempt has its fields only then.
  const called = isScoped(wrapper) ? method : (Reflect.get(wrapper.instance as object, site.key) as unknown);
  if (typeof called !== 'function' && !isScoped(wrapper)) {
    throw complaint(site, `a method ${String(site.key)}`, 'none', 'Write the method.');
  }
  const [written, own] = [enhancersOf(type, method), enhancersOf(type, called)];
  if (written.hasAny && !own.hasAny) {
    const got = `a field ${String(site.key)} in the place of its method, without them`;
    throw complaint(site, 'to call what bears its enhancers', got, 'Remove the field, or the enhancers.');
  }
  const { ofType, ofMethod } = own.classes;
  if (wrapper.isNotMetatype && ofType.length + ofMethod.length > 0) {
    const got = `${type.name} from a factory or a value, whose enhancers Nest does not make`;
    throw complaint(
      site,
      'a class that Nest makes',
      got,
      'Provide the class, or give instances of enhancers.',
    );
  }
  refuseUnmade(site, own);
}

/** Nest makes the enhancers that it finds on the class, and on its methods that have a text for a name. */
function refuseUnmade(site: TaskSite, { classes: { ofType, ofMethod } }: OwnEnhancers): void {
  const { injectables } = site.candidate.module;
  // One may have been made for another method; that must not be what a guard depends on.
  const isSought = (found: Function) => typeof site.key === 'string' || ofType.includes(found);
  const isMade = (found: Function) => injectables.has(found) && isSought(found);
  const unmade = [...ofType, ...ofMethod].find(found => !isMade(found));
  if (unmade === undefined) return;
  const bySymbol = typeof site.key === 'symbol' && ofMethod.includes(unmade);
  const place = bySymbol ? 'on a method that is named by a symbol' : 'on what took the place of the class';
  const got = `${unmade.name} ${place}, where Nest finds and makes none`;
  const remedy = bySymbol ? 'Name the method with a text, or give' : 'Give';
  throw complaint(site, 'enhancers that Nest makes', got, `${remedy} instances of enhancers.`);
}

function complaint({ name, decorators: [first] }: TaskSite, expected: string, got: string, remedy: string) {
  const where = first === undefined ? name : `${name}: ${first.decorator}`;
  return new InvalidDecoratorError({ where, expected, got, isGotText: true, remedy });
}
