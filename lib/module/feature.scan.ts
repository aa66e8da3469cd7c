import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { STATIC_CONTEXT } from '@nestjs/core/injector/constants.js';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { Module as NestModule } from '@nestjs/core/injector/module.js';
import { exploreTasks } from '../explorer/task.explorer.js';
import type { TaskInvoker } from '../explorer/task.invoker.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { rootsIn } from './module.imports.js';
import { STS_CORE, STS_INVOKER } from './scheduler.providers.js';

/**
 * A module of its own beside that of the tasks: what its provider waits for may come after the providers of the
 * latter, such as their guards.
 */
@Module({})
class StsFeatureScan {
  /** What Nest calls the module in its log. */
  static readonly name = 'StsModule.forFeature() scan';
}

const SCAN = Symbol('STS_FEATURE_SCAN');
/** Distinguishes the scans of an app that tells its modules apart by their content. */
const TASKS = Symbol('STS_FEATURE_TASKS');

/**
 * For a module that is loaded when the app has started already: Nest calls no hooks in it, and the explorer has been
 * there before. It takes in the tasks of the feature module that imports it, and of those that import that one. The
 * load waits for it, and rejects with its errors.
 */
export function scanModule(tasks: readonly Type[]): DynamicModule {
  return {
    module: StsFeatureScan,
    providers: [
      // Without a list, each call means the module that it stands in.
      { provide: TASKS, useValue: tasks.length > 0 ? tasks : randomUUID() },
      { provide: SCAN, inject: [ModulesContainer, ModuleRef], useFactory: scanLate },
    ],
  };
}

async function scanLate(modules: ModulesContainer, ownRef: ModuleRef): Promise<void> {
  const core = coreOf(modules);
  if (core?.isDefined !== true) return;
  const own = [...modules.values()].filter(({ providers }) => providers.get(ModuleRef)?.instance === ownRef);
  const features = importersOf(own, modules);
  const loaded = [...new Set([...features, ...importersOf(features, modules)])];
  const areLoaded = await Promise.all(loaded.map(isLoaded));
  // Nest tells who loads them of what failed.
  if (areLoaded.every(Boolean)) core.define(await exploreTasks(loaded, invokerOf(modules)));
}

function coreOf(modules: ModulesContainer): SchedulerCore | undefined {
  return rootsIn(modules)[0]?.providers.get(STS_CORE)?.instance as SchedulerCore | undefined;
}

function invokerOf(modules: ModulesContainer): TaskInvoker {
  return rootsIn(modules)[0]!.providers.get(STS_INVOKER)!.instance as TaskInvoker;
}

function importersOf(imported: readonly NestModule[], modules: ModulesContainer): readonly NestModule[] {
  return [...modules.values()].filter(({ imports }) => imported.some(module => imports.has(module)));
}

/** Guards and the like begin to load in the turn in which the providers have ended, unless something has failed. */
const MOST_TURNS = 1_000;

/** Resolves when providers and enhancers of a module are there: `false` when one of them cannot be made. */
async function isLoaded({ providers, injectables }: NestModule): Promise<boolean> {
  if (!(await areMade(providers))) return false;
  const haveBegun = () => [...injectables.values()].every(wrapper => loadOf(wrapper) !== undefined);
  for (let turn = 0; turn < MOST_TURNS && !haveBegun(); turn++) await setImmediate();
  return areMade(injectables);
}

/** A load of Nest's resolves with its error. */
async function areMade(wrappers: ReadonlyMap<unknown, InstanceWrapper>): Promise<boolean> {
  const errors = await Promise.all([...wrappers.values()].map(loadOf));
  return errors.every(error => error === undefined);
}

function loadOf(wrapper: InstanceWrapper): Promise<unknown> | undefined {
  return wrapper.getInstanceByContextId(STATIC_CONTEXT).donePromise;
}
