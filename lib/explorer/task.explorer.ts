import type { ModulesContainer } from '@nestjs/core';
import type { Handler, RawTask } from '../task/task.definition.js';
import { candidatesIn } from './candidates.js';
import { refuseWrongSite, sitesOf, type TaskSite } from './task.site.js';

/**
 * The tasks that stand in the code of an app: decorated methods and `Task` classes among its providers.
 *
 * @throws {InvalidDecoratorError} for a decorator where it cannot work.
 */
export function exploreTasks(modules: ModulesContainer): readonly RawTask[] {
  const seen = new Set<unknown>();
  const tasks: RawTask[] = [];
  for (const candidate of candidatesIn(modules)) {
    const sites = sitesOf(candidate);
    // A factory may hand out one instance under two tokens.
    if (sites.length === 0 || seen.has(candidate.wrapper.instance)) continue;
    seen.add(candidate.wrapper.instance);
    for (const site of sites) tasks.push(rawTask(site));
  }
  return tasks;
}

function rawTask(site: TaskSite): RawTask {
  refuseWrongSite(site);
  const { candidate, name, key, decorators } = site;
  const owner = candidate.wrapper.instance as Record<PropertyKey, Handler>;
  return {
    name,
    place: `${name} in ${candidate.moduleName}`,
    owner,
    handler: context => owner[key]!(context),
    declarations: decorators.map(({ decorator, options }) => ({ where: `${name}: ${decorator}`, options })),
  };
}
