import { ModuleRef } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import type { Handler, RawTask } from '../task/task.definition.js';
import { candidatesIn } from './candidates.js';
import { configured } from './configured.task.js';
import { declarationsOf } from './task.class.js';
import { refuseWrongSite, sitesOf, type TaskSite } from './task.site.js';

/**
 * The tasks that stand in the code of these modules: decorated methods and `Task` classes among their providers.
 *
 * @throws {ConfigurationError} for a decorator where it cannot work, or with a value that cannot be had from providers.
 */
export async function exploreTasks(modules: Iterable<Module>): Promise<readonly RawTask[]> {
  const seen = new Set<unknown>();
  const tasks: (RawTask | Promise<RawTask>)[] = [];
  for (const candidate of candidatesIn(modules)) {
    const sites = sitesOf(candidate);
    // A factory may hand out one instance under two tokens.
    if (sites.length === 0 || seen.has(candidate.wrapper.instance)) continue;
    seen.add(candidate.wrapper.instance);
    const { module } = candidate;
    const moduleRef = module.providers.get(ModuleRef)?.instance as ModuleRef;
    const home = { name: module.metatype.name, moduleRef };
    for (const site of sites) tasks.push(configured(rawTask(site), home));
  }
  return Promise.all(tasks);
}

function rawTask(site: TaskSite): RawTask {
  refuseWrongSite(site);
  const { candidate, name, key, decorators } = site;
  const owner = candidate.wrapper.instance as Record<PropertyKey, Handler>;
  return {
    name,
    place: `${name} in ${candidate.module.metatype.name}`,
    owner,
    handler: context => owner[key]!(context),
    declarations: declarationsOf(name, decorators),
  };
}
