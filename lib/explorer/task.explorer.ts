import { ModuleRef } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import type { Enhancers } from '../task/enhancers.js';
import type { RawTask } from '../task/task.definition.js';
import { candidatesIn, type Candidate } from './candidates.js';
import { configured } from './configured.task.js';
import type { Home } from './injected.value.js';
import { declarationsOf } from './task.class.js';
import type { TaskInvoker } from './task.invoker.js';
import { refuseWrongSite, sitesOf, type TaskSite } from './task.site.js';

/**
 * The tasks that stand in the code of these modules: decorated methods and `Task` classes among their providers.
 *
 * @param invoker says how they are called.
 * @throws {ConfigurationError} for a decorator where it cannot work, or with a value that cannot be had from providers.
 */
export async function exploreTasks(
  modules: Iterable<Module>,
  invoker: TaskInvoker,
): Promise<readonly RawTask[]> {
  const seen = new Set<object>();
  const found: (readonly [RawTask, Home])[] = [];
  for (const candidate of candidatesIn(modules)) {
    const sites = sitesOf(candidate);
    // A factory may hand out one instance under two tokens.
    const owner = ownerOf(candidate);
    if (sites.length === 0 || seen.has(owner)) continue;
    seen.add(owner);
    const { module } = candidate;
    const moduleRef = module.providers.get(ModuleRef)?.instance as ModuleRef;
    const home = { name: module.metatype.name, moduleRef };
    for (const site of sites) found.push([rawTask(site, invoker), home]);
  }
  // A wrong place must not leave promises of factories behind that nobody hears.
  return Promise.all(found.map(([task, home]) => configured(task, home)));
}

/** The instance; of what is made anew for each attempt, Nest keeps one that was never constructed. */
function ownerOf({ wrapper }: Candidate): object {
  return (wrapper.instance as object | null) ?? wrapper;
}

function rawTask(site: TaskSite, invoker: TaskInvoker): RawTask {
  refuseWrongSite(site);
  const { candidate, name, key, decorators } = site;
  const { wrapper, type } = candidate;
  const callWith = (enhancers: Enhancers) => invoker.callOf({ wrapper, type, key }, enhancers);
  return {
    name,
    place: `${name} in ${candidate.module.metatype.name}`,
    owner: ownerOf(candidate),
    handler: callWith('none').handler,
    callWith,
    declarations: declarationsOf(name, decorators),
  };
}
