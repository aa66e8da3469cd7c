import {
  Inject,
  Module,
  Optional,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { exploreTasks } from './explorer/task.explorer.js';
import type { TaskInvoker } from './explorer/task.invoker.js';
import { asyncOptions } from './module/async.options.js';
import { featureModule, type StsFeatureOptions } from './module/feature.module.js';
import { callSiteOf, refuseBare, refuseSecondRoot, rootsIn, STS_PLACE } from './module/module.imports.js';
import {
  schedulerProviders,
  STS_CLOCK,
  STS_CORE,
  STS_INVOKER,
  STS_OPTIONS,
} from './module/scheduler.providers.js';
import type { SchedulerCore } from './scheduler/scheduler.core.js';
import { SchedulerRegistry } from './scheduler/scheduler.registry.js';
import { TaskScheduler } from './scheduler/task.scheduler.js';
import type { StsModuleAsyncOptions, StsModuleOptions } from './sts.options.js';

export { STS_CLOCK, STS_OPTIONS };

/** The scheduler. Import `StsModule.forRoot()` once, in the root module. */
@Module({})
export class StsModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  readonly #core: SchedulerCore;
  readonly #modules: ModulesContainer;
  readonly #invoker: TaskInvoker;

  /** @internal */
  constructor(
    @Optional() @Inject(STS_CORE) core: SchedulerCore | undefined,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Optional() @Inject(STS_INVOKER) invoker: TaskInvoker | undefined,
  ) {
    if (core === undefined) refuseBare(StsModule.name);
    this.#core = core;
    this.#modules = modules;
    this.#invoker = invoker!;
    refuseSecondRoot(modules);
    bootLastAndStopFirst(modules);
  }

  /**
   * The scheduler with these options.
   *
   * @throws {ConfigurationError} at bootstrap, for options and environment variables that cannot be read.
   */
  static forRoot(options: StsModuleOptions = {}): DynamicModule {
    const place = callSiteOf(StsModule.forRoot);
    return rootModule('StsModule.forRoot()', place, [{ provide: STS_OPTIONS, useValue: options }]);
  }

  /**
   * The same with options that come from providers: one of `useFactory`, `useClass` and `useExisting`.
   *
   * @throws {ConfigurationError} when it is none or several of them, and for a key that is not known; at bootstrap,
   * for options that cannot be read.
   */
  static forRootAsync(options: StsModuleAsyncOptions): DynamicModule {
    const place = callSiteOf(StsModule.forRootAsync);
    const module = rootModule('StsModule.forRootAsync()', place, asyncOptions(options));
    return { ...module, imports: options.imports ?? [] };
  }

  /**
   * Provides and exports `Task` classes, or other classes with decorated methods, in a module of their own. What
   * they inject comes from global modules and from `imports`: a task that needs providers of the importing module
   * goes into that module's `providers`.
   *
   * In a module that Nest's `LazyModuleLoader` loads, it takes in the tasks of that module as well, also without any
   * of its own; they are there when `load()` resolves, and what is wrong with them makes it reject.
   *
   * @param tasks the classes. @default []
   * @param options its `imports` are modules that export what the tasks inject. @default none
   * @throws {ConfigurationError} for what is no list of classes, for a class without a task, and for an option that
   * is not known; at bootstrap, in an app without `forRoot()`.
   * @example
   * ```ts
   * StsModule.forFeature([CleanUp], { imports: [DatabaseModule] });
   * ```
   */
  static forFeature(tasks: readonly Type[] = [], options: StsFeatureOptions = {}): DynamicModule {
    return featureModule(tasks, options);
  }

  async onModuleInit(): Promise<void> {
    this.#core.define(await exploreTasks(this.#modules.values(), this.#invoker));
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#core.boot();
  }

  onModuleDestroy(): Promise<void> {
    return this.#core.close();
  }
}

function rootModule(where: string, place: string, options: Provider[]): DynamicModule {
  return {
    module: StsModule,
    global: true,
    providers: [...options, { provide: STS_PLACE, useValue: place }, ...schedulerProviders(where)],
    exports: [SchedulerRegistry, TaskScheduler, STS_OPTIONS, STS_CLOCK],
  };
}

/**
 * Nest destroys modules by distance from the root, nearest first, and boots them the other way round. A distance
 * below the root's makes this module start after, and drain before, everything that tasks need.
 */
function bootLastAndStopFirst(modules: ModulesContainer): void {
  for (const module of rootsIn(modules)) module.distance = -1;
}
