import { Inject, type Provider } from '@nestjs/common';
import { ModulesContainer, type ModuleRef } from '@nestjs/core';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { Clock } from '../time/clock.js';
import { missingRoot, refuseBare, rootsIn } from './module.imports.js';
import { STS_CLOCK, STS_CORE } from './scheduler.providers.js';

const NO_OPTIONS = Symbol('STS_NO_OPTIONS');

/** Stands among the providers of a door's module class; those of `forRoot()` come after it, and take its place. */
export function withoutForRoot(optionsToken: string | symbol): Provider {
  return { provide: optionsToken, useValue: NO_OPTIONS };
}

/** The scheduler of the app, as a door listens to it. */
export interface DoorScheduler {
  readonly core: SchedulerCore;
  readonly clock: Clock;
}

/** What Nest makes of it waits until the scheduler is made, and rejects with why it cannot be. */
class Made {
  constructor(
    readonly registry: SchedulerRegistry,
    readonly clock: Clock,
  ) {}
}
Inject(SchedulerRegistry)(Made, undefined, 0);
Inject(STS_CLOCK)(Made, undefined, 1);

/**
 * The scheduler, for the provider of a door. That one injects no part of it: Nest would name symbols of ours for what is
 * missing, and not what to do.
 *
 * @param door the class of its module.
 * @throws {ModuleImportError} for a door without `forRoot()`, or in an app without `StsModule.forRoot()`.
 */
export async function schedulerFor(
  { name }: Function,
  { options, moduleRef }: { readonly options: unknown; readonly moduleRef: ModuleRef },
): Promise<DoorScheduler> {
  if (options === NO_OPTIONS) refuseBare(name);
  const modules = moduleRef.get(ModulesContainer, { strict: false });
  if (rootsIn(modules).length === 0) throw missingRoot(`${name}.forRoot()`);
  const { clock } = await moduleRef.create(Made);
  return { core: moduleRef.get<SchedulerCore>(STS_CORE, { strict: false }), clock };
}
