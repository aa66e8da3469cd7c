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
import { ModuleImportError } from './errors.js';
import { exploreTasks } from './explorer/task.explorer.js';
import { createCore, type SchedulerCore } from './scheduler/scheduler.core.js';
import { SchedulerRegistry } from './scheduler/scheduler.registry.js';
import { TaskScheduler } from './scheduler/task.scheduler.js';
import {
  resolveOptions,
  type StsModuleAsyncOptions,
  type StsModuleOptions,
  type StsOptionsFactory,
} from './sts.options.js';
import { systemClock, type Clock } from './time/clock.js';

/** Injects the module's options, as they were given. */
export const STS_OPTIONS = Symbol('STS_OPTIONS');
/** Injects the scheduler's Clock; a test overrides it. */
export const STS_CLOCK = Symbol('STS_CLOCK');
const STS_CORE = Symbol('STS_CORE');
/** Where `forRoot()` was called, for messages. */
const STS_PLACE = Symbol('STS_PLACE');

/** Tasks of a module: see `StsModule.forFeature()`. */
@Module({})
class StsFeatureModule {}

/** The scheduler. Import `StsModule.forRoot()` once, in the root module. */
@Module({})
export class StsModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  readonly #core: SchedulerCore;
  readonly #modules: ModulesContainer;

  constructor(
    @Optional() @Inject(STS_CORE) core: SchedulerCore | undefined,
    @Inject(ModulesContainer) modules: ModulesContainer,
  ) {
    if (core === undefined) {
      const remedy = 'Write StsModule.forRoot() in the imports of the root module, and nothing elsewhere.';
      throw new ModuleImportError({
        where: 'StsModule',
        expected: 'to be imported as forRoot()',
        got: 'StsModule',
        isGotText: true,
        remedy,
      });
    }
    this.#core = core;
    this.#modules = modules;
    bootLastAndStopFirst(modules);
  }

  /**
   * The scheduler with these options.
   *
   * @throws {ConfigurationError} at bootstrap, for options and environment variables that cannot be read.
   */
  static forRoot(options: StsModuleOptions = {}): DynamicModule {
    return dynamicModule([{ provide: STS_OPTIONS, useValue: options }]);
  }

  /** The same with options that come from providers: one of `useFactory`, `useClass` and `useExisting`. */
  static forRootAsync({ imports = [], ...options }: StsModuleAsyncOptions): DynamicModule {
    return { ...dynamicModule(asyncProviders(options)), imports };
  }

  /** Lists `Task` classes, or other providers with decorated methods, as providers of the importing module. */
  static forFeature(tasks: readonly Type[]): DynamicModule {
    return { module: StsFeatureModule, providers: [...tasks], exports: [...tasks] };
  }

  onModuleInit(): void {
    this.#core.define(exploreTasks(this.#modules));
  }

  onApplicationBootstrap(): Promise<void> {
    return this.#core.boot();
  }

  onModuleDestroy(): Promise<void> {
    return this.#core.close();
  }
}

function dynamicModule(providers: Provider[]): DynamicModule {
  return {
    module: StsModule,
    global: true,
    providers: [
      ...providers,
      { provide: STS_PLACE, useValue: callSite() },
      {
        provide: STS_CLOCK,
        inject: [STS_OPTIONS],
        useFactory: (options: StsModuleOptions) => systemClock({ keepAlive: options.blocking ?? true }),
      },
      {
        provide: STS_CORE,
        inject: [STS_OPTIONS, STS_CLOCK],
        useFactory: (options: StsModuleOptions, clock: Clock) =>
          createCore(resolveOptions(options, process.env), clock),
      },
      { provide: SchedulerRegistry, inject: [STS_CORE], useFactory: (core: SchedulerCore) => core.registry },
      { provide: TaskScheduler, inject: [STS_CORE], useFactory: (core: SchedulerCore) => core.scheduler },
    ],
    exports: [SchedulerRegistry, TaskScheduler, STS_OPTIONS, STS_CLOCK],
  };
}

function asyncProviders({
  useFactory,
  useClass,
  useExisting,
  inject = [],
}: StsModuleAsyncOptions): Provider[] {
  if (useFactory !== undefined) return [{ provide: STS_OPTIONS, useFactory, inject }];
  const factory = useExisting ?? useClass;
  if (factory === undefined) {
    const expected = 'one of useFactory, useClass and useExisting';
    throw new ModuleImportError({
      where: 'StsModule.forRootAsync()',
      expected,
      got: 'none',
      isGotText: true,
    });
  }
  const fromFactory = {
    provide: STS_OPTIONS,
    inject: [factory],
    useFactory: (made: StsOptionsFactory) => made.createStsOptions(),
  };
  return useExisting === undefined ? [useClass!, fromFactory] : [fromFactory];
}

/**
 * Nest destroys modules by distance from the root, nearest first, and boots them the other way round. A distance
 * below the root's makes this module start after, and drain before, everything that tasks need.
 *
 * @throws {ModuleImportError} for a second `forRoot()`.
 */
function bootLastAndStopFirst(modules: ModulesContainer): void {
  const own = [...modules.values()].filter(({ metatype }) => metatype === StsModule);
  if (own.length > 1) {
    const places = own.map(({ providers }) => String(providers.get(STS_PLACE)?.instance)).join(' and ');
    const remedy =
      'Keep one; SchedulerRegistry and TaskScheduler can be injected everywhere without another import.';
    throw new ModuleImportError({
      where: 'StsModule',
      expected: 'one forRoot() in an app',
      got: places,
      isGotText: true,
      remedy,
    });
  }
  for (const module of own) module.distance = -1;
}

/** `app.module.ts:12:7` of the caller of `forRoot()` or `forRootAsync()`. */
function callSite(): string {
  const frame = new Error().stack?.split('\n')[4] ?? '';
  return /([^\s(]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? 'an unknown place';
}
