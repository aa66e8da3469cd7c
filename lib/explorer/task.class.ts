import type { RawDecorator } from '../decorators/task.metadata.js';
import { InvalidDecoratorError } from '../errors.js';
import type { Declaration } from '../task/task.declaration.js';
import { classDecorators, decoratedMethods, type Class } from './decorated.members.js';

/**
 * What stands on a class that extends Task, for its one task.
 *
 * @throws {InvalidDecoratorError} for a decorator on `run()`, which would make a second task of it.
 */
export function taskClassDecorators(type: Class): readonly RawDecorator[] {
  const run = decoratedMethods(type).find(({ key }) => key === 'run');
  if (run === undefined) return classDecorators(type);
  throw new InvalidDecoratorError({
    where: `${type.name}.run: ${run.decorators[0]!.decorator}`,
    expected: `to stand on the class ${type.name}, which extends Task`,
    got: 'its method run',
    isGotText: true,
    remedy: 'Put the decorators on the class.',
  });
}

/** What decorators say of the task with this name. */
export function declarationsOf(name: string, decorators: readonly RawDecorator[]): readonly Declaration[] {
  return decorators.map(({ decorator, ...said }) => ({ where: `${name}: ${decorator}`, ...said }));
}
