import type { INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { exploreTasks } from '../explorer/task.explorer.js';
import type { TaskInvoker } from '../explorer/task.invoker.js';
import { STS_CORE, STS_INVOKER } from '../module/scheduler.providers.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import type { StsSettings } from '../sts.options.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { compiled, isBuilder, type TestingModuleBuilderLike } from './testing.module.js';

/**
 * What is planned: a module class, the metadata of a testing module, a testing module builder with its overrides, or
 * an app.
 */
export type Plannable = Type | ModuleMetadata | TestingModuleBuilderLike | INestApplicationContext;

/** The part of an app that a plan is made of. */
export interface PlannedApp {
  readonly settings: StsSettings;
  readonly tasks: readonly TaskDefinition[];
}

/** The tasks of an app, those that were added at run time included; of a module, those that stand in its code. */
export async function plannedApp(target: Plannable): Promise<PlannedApp> {
  const app = isApp(target) ? target : await compiledModule(target);
  const core = app.get<SchedulerCore>(STS_CORE, { strict: false });
  // What is compiled and not initialised has run no hook of anybody, and has no tasks yet.
  if (!core.isDefined) {
    const invoker = app.get<TaskInvoker>(STS_INVOKER, { strict: false });
    core.define(await exploreTasks(app.get(ModulesContainer).values(), invoker));
  }
  return { settings: core.settings, tasks: core.table.all() };
}

function isApp(target: Plannable): target is INestApplicationContext {
  return typeof target === 'object' && 'resolve' in target && 'get' in target;
}

function compiledModule(target: Exclude<Plannable, INestApplicationContext>) {
  if (typeof target === 'function') return compiled({ imports: [target] });
  return isBuilder(target) ? target.compile() : compiled(target);
}
