import { isClass } from '../error.text.js';
import { InvalidOptionError } from '../errors.js';
import type { Class } from '../explorer/decorated.members.js';
import { declarationsOf, taskClassDecorators } from '../explorer/task.class.js';
import type { Declaration } from '../task/task.declaration.js';
import type { CallWith, RawTask } from '../task/task.definition.js';
import { givenName, Task, type TaskFunction } from '../task/task.js';

/** The name that a task has unless an option gives another. */
export function nameOf(task: Task<never> | TaskFunction<never>): string {
  return task instanceof Task ? (givenName(task) ?? task.constructor.name) : String(task?.name);
}

/** What Nest knows of the instance of a Task class: how it is called with enhancers; `undefined` when it has none. */
export type CallsOf = (task: Task<never>) => CallWith | undefined;

/** @throws {ConfigurationError} for what is no task, and for a decorator where it cannot work. */
export function rawTask(task: Task<never> | TaskFunction<never>, place: string, callsOf: CallsOf): RawTask {
  if (typeof task?.run !== 'function' || !(task instanceof Task || typeof task.name === 'string')) {
    const expected = 'an instance of a Task class, or { name, run }';
    throw new InvalidOptionError({ where: place, expected, got: task, remedy: remedyFor(task) });
  }
  const name = nameOf(task);
  const decorators = task instanceof Task ? taskClassDecorators(task.constructor as Class) : [];
  return {
    name,
    place,
    owner: task,
    handler: context => task.run(context as never),
    callWith: task instanceof Task ? callsOf(task) : undefined,
    declarations: declarationsOf(name, decorators).map(refuseConfigured),
  };
}

/** It could not be had without waiting, nor is there a module whose providers are meant. */
function refuseConfigured(declaration: Declaration): Declaration {
  if ((declaration.configured ?? []).length === 0) return declaration;
  throw new InvalidOptionError({
    where: declaration.where,
    expected: 'a value, for a task that is added at run time',
    got: '{ inject, useFactory }',
    isGotText: true,
    remedy: 'Provide the class in a module, which its dependencies come from.',
  });
}

function remedyFor(task: unknown): string | undefined {
  if (typeof task !== 'function') return undefined;
  if (task.prototype instanceof Task) return `Write new ${task.name}(), or inject it.`;
  if (isClass(task)) return 'Let it extend Task, and give an instance.';
  return `Write { name: '${task.name || '…'}', run: ${task.name || '…'} }.`;
}

/** The same task with one more declaration. */
export function extended(raw: RawTask, declaration: Declaration): RawTask {
  return { ...raw, declarations: [...raw.declarations, declaration] };
}
