import { suggestion } from '../error.text.js';
import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { Scope } from '../run/scope.js';
import type { TaskTable } from '../task/task.table.js';

/** What a user pauses and resumes: a task by its name, or a group. */
export type PauseTarget = string | { readonly group: string };

/**
 * The scope that is meant.
 *
 * @param groups of the module; those that tasks name count as well.
 * @throws {UnknownTaskError} when no task has this name; {InvalidOptionError} when no task is in the group.
 */
export function scopeOf(
  target: PauseTarget,
  table: TaskTable,
  groups: Iterable<string>,
  where: string,
): Scope {
  const isTarget = (value: unknown) => typeof value === 'string' || typeof value === 'object';
  validOption(target, isTarget, { where, expected: "a task's name, or { group }" });
  if (typeof target === 'string') return { task: table.get(target).name };
  refuseUnknownKeys(target, ['group'], where);
  const known = new Set([...groups, ...table.all().flatMap(({ group }) => group ?? [])]);
  const remedy = suggestion(String(target.group), known).trim();
  const isKnown = (group: unknown) => known.has(group as string);
  const expected = known.size === 0 ? 'a group, and no task is in one' : `one of ${[...known].join(', ')}`;
  return {
    group: validOption<string>(target.group, isKnown, { where: `${where}: group`, expected, remedy }),
  };
}
