import type { Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TaskInvoker } from '../explorer/task.invoker.js';
import { COMMON_DRAWS, type Draws } from '../policy/draws.js';
import { DEFAULT_HISTORY, type HistoryBounds } from '../run/memory.run-store.js';
import { createCore, type SchedulerCore } from '../scheduler/scheduler.core.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { TaskScheduler } from '../scheduler/task.scheduler.js';
import type { StsModuleOptions } from '../sts.options.js';
import { resolveOptions, type StsSettings } from '../sts.settings.js';
import { systemClock, type Clock } from '../time/clock.js';

/** Injects the module's options, as they were given. */
export const STS_OPTIONS = Symbol('STS_OPTIONS');
/** Injects the scheduler's Clock; a test overrides it. */
export const STS_CLOCK = Symbol('STS_CLOCK');
export const STS_CORE = Symbol('STS_CORE');
export const STS_INVOKER = Symbol('STS_INVOKER');
/** Where jitter, backoff and ids come from; the test kit overrides it, so that each test draws its own. */
export const STS_DRAWS = Symbol('STS_DRAWS');
/** How much history is kept in memory when the module does not say; the test kit overrides it with more. */
export const STS_HISTORY = Symbol('STS_HISTORY');
/** Where runs execute, `null` = in this process; the test kit overrides it, for no server goes by the clock of a test. */
export const STS_ENGINE = Symbol('STS_ENGINE');
const STS_SETTINGS = Symbol('STS_SETTINGS');

/**
 * Makes the scheduler of the options under `STS_OPTIONS`.
 *
 * @param where who was given the options, for messages: `StsModule.forRoot()`.
 */
export function schedulerProviders(where: string): Provider[] {
  return [
    {
      provide: STS_SETTINGS,
      inject: [STS_OPTIONS],
      useFactory: (options: StsModuleOptions) => resolveOptions(options, process.env, where),
    },
    {
      provide: STS_CLOCK,
      inject: [STS_SETTINGS],
      useFactory: ({ blocking }: StsSettings) => systemClock({ keepAlive: blocking }),
    },
    { provide: STS_DRAWS, useValue: COMMON_DRAWS },
    { provide: STS_HISTORY, useValue: DEFAULT_HISTORY },
    { provide: STS_ENGINE, inject: [STS_SETTINGS], useFactory: ({ engine }: StsSettings) => engine },
    {
      provide: STS_INVOKER,
      inject: [ModuleRef],
      // Nest gives its container to its own transports only; every ModuleRef has it.
      useFactory: (moduleRef: ModuleRef) => new TaskInvoker(moduleRef['container']),
    },
    {
      provide: STS_CORE,
      inject: [STS_SETTINGS, STS_ENGINE, STS_CLOCK, STS_INVOKER, STS_DRAWS, STS_HISTORY],
      useFactory: (
        settings: StsSettings,
        engine: StsSettings['engine'],
        clock: Clock,
        ...[invoker, draws, history]: [TaskInvoker, Draws, HistoryBounds]
      ) =>
        createCore({ ...settings, engine }, clock, {
          callsOf: task => invoker.callsOf(task),
          draws,
          history,
        }),
    },
    { provide: SchedulerRegistry, inject: [STS_CORE], useFactory: (core: SchedulerCore) => core.registry },
    { provide: TaskScheduler, inject: [STS_CORE], useFactory: (core: SchedulerCore) => core.scheduler },
  ];
}
