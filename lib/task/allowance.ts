import { didYouMean, nearest } from '../error.text.js';
import { InvalidEnvironmentError, InvalidOptionError, taskMeant } from '../errors.js';
import type { RawTask } from './task.definition.js';

/** What one place of the configuration lets run by schedule. */
export interface Allowance {
  /** `StsModule.forRoot(): only`, or `STS_ENABLED`. */
  readonly where: string;
  /** Tasks, or classes for all of their tasks; none = nothing. */
  readonly names: readonly string[];
  /** Other words that may be meant by a name that is not known. */
  readonly words?: readonly string[];
}

/** A task as an allowance knows it: by its name, and by the one that it has in the code. */
export interface Named {
  readonly name: string;
  readonly source: Pick<RawTask, 'name'>;
}

/** The first place that does not let a task run by schedule; `null` = all do. */
export function disallowedBy(allowances: readonly Allowance[], task: Named): string | null {
  return allowances.find(({ names }) => !names.some(name => isMeant(name, task)))?.where ?? null;
}

function isMeant(asked: string, { name, source }: Named): boolean {
  return asked === name || asked === source.name || source.name.startsWith(`${asked}.`);
}

/** @throws {ConfigurationError} for a name that is none of a task or its class, with the one that may be meant. */
export function refuseUnknownNames({ where, names, words = [] }: Allowance, tasks: readonly Named[]): void {
  const unknown = names.find(name => !tasks.some(task => isMeant(name, task)));
  if (unknown === undefined) return;
  const known = tasks.flatMap(({ name, source }) => [name, source.name, classOf(source.name)]);
  const word = words.includes(unknown) ? undefined : nearest(unknown, words);
  const meant = word ?? taskMeant(unknown, [...new Set(known)]);
  const or = words.length === 0 ? '' : `${words.join(', ')}, or `;
  const expected = `${or}names of tasks, or of their classes, that are there when the app starts`;
  const ErrorClass = words.length === 0 ? InvalidOptionError : InvalidEnvironmentError;
  throw new ErrorClass({ where, expected, got: unknown, remedy: didYouMean(meant).trim() });
}

function classOf(name: string): string {
  return name.includes('.') ? name.slice(0, name.indexOf('.')) : name;
}
