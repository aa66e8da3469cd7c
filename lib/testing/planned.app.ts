import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { exploreTasks } from '../explorer/task.explorer.js';
import type { TaskInvoker } from '../explorer/task.invoker.js';
import { STS_CORE, STS_INVOKER } from '../module/scheduler.providers.js';
import { InvalidOptionError } from '../errors.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { StsModule } from '../sts.module.js';
import type { StsSettings } from '../sts.settings.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { builderOf, isApp, type Testable } from './testing.module.js';

/** What is planned: an app, or what one is made of. */
export type Plannable = Testable | INestApplicationContext;

/** The part of an app that a plan is made of. */
export interface PlannedApp {
  readonly settings: StsSettings;
  readonly tasks: readonly TaskDefinition[];
}

/** The tasks of an app, those that were added at run time included; of a module, those that stand in its code. */
export async function plannedApp(target: Plannable): Promise<PlannedApp> {
  // Made, and not initialised: constructors and factories of providers have run, and no lifecycle hook.
  const app = isApp(target) ? target : await (await builderOf(target, 'The planned app')).compile();
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
