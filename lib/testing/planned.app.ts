import type { INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { exploreTasks } from '../explorer/task.explorer.js';
import type { TaskInvoker } from '../explorer/task.invoker.js';
import { STS_CORE, STS_INVOKER } from '../module/scheduler.providers.js';
import { InvalidOptionError } from '../errors.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { StsModule } from '../sts.module.js';
import type { StsSettings } from '../sts.settings.js';
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
  const core = coreOf(app);
  // What is compiled and not initialised has run no hook of anybody, and has no tasks yet.
  if (!core.isDefined) {
    const invoker = app.get<TaskInvoker>(STS_INVOKER, { strict: false });
    core.define(await exploreTasks(app.get(ModulesContainer).values(), invoker));
  }
  return { settings: core.settings, tasks: core.table.all() };
}

function coreOf(app: INestApplicationContext): SchedulerCore {
  try {
    return app.get<SchedulerCore>(STS_CORE, { strict: false });
  } catch {
    throw new InvalidOptionError({
      where: 'The planned app',
      expected: 'StsModule.forRoot() among its imports',
      got: hasOtherCopy(app) ? 'that of another copy of nestjs-sts' : 'none',
      isGotText: true,
      remedy: hasOtherCopy(app)
        ? '`npm ls nestjs-sts` shows where each copy comes from: keep one.'
        : 'Import it in the module that you plan, or plan the module that imports it.',
    });
  }
}

/** Tokens are symbols, which each copy of the package has of its own. */
function hasOtherCopy(app: INestApplicationContext): boolean {
  return [...app.get(ModulesContainer).values()].some(({ metatype }) => metatype.name === StsModule.name);
}

function isApp(target: Plannable): target is INestApplicationContext {
  return typeof target === 'object' && 'resolve' in target && 'get' in target;
}

function compiledModule(target: Exclude<Plannable, INestApplicationContext>) {
  if (typeof target === 'function') return compiled({ imports: [target] });
  return isBuilder(target) ? target.compile() : compiled(target);
}
