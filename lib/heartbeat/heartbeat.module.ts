import {
  ConfigurableModuleBuilder,
  Logger,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { schedulerFor, withoutForRoot } from '../module/door.imports.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import { isSystemClock } from '../time/clock.js';
import {
  heartbeatSettings,
  WHERE,
  type HeartbeatSettings,
  type StsHeartbeatOptions,
} from './heartbeat.options.js';
import { Heartbeats } from './heartbeats.js';
import { PingQueue } from './ping.queue.js';
import type { Ping, Refusal } from './ping.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<StsHeartbeatOptions>()
  .setClassMethodName('forRoot')
  .build();

/** Nest destroys the scheduler first, so that the ends of all runs have been told of by then. */
class StsHeartbeats implements OnModuleDestroy {
  readonly #queue: PingQueue;
  readonly #shutdownTimeoutMs: number;

  constructor(core: SchedulerCore, settings: HeartbeatSettings) {
    this.#queue = new PingQueue({ ...settings, onChange: log });
    this.#shutdownTimeoutMs = settings.shutdownTimeoutMs;
    const heartbeats = new Heartbeats(taskName => core.table.find(taskName)?.heartbeat?.url);
    core.registry.events$.subscribe(event => {
      const ping = heartbeats.pingOf(event);
      if (ping !== undefined) this.#queue.add(ping);
    });
  }

  onModuleDestroy(): Promise<void> {
    return this.#queue.close(this.#shutdownTimeoutMs);
  }
}

/**
 * Tells dead man's switches of the runs of tasks that have a `heartbeat`, as healthchecks.io wants to be told: that they
 * start, succeed and fail. It delays and fails no run. Import it once, beside `StsModule`.
 *
 * @example
 * ```ts
 * @Module({ imports: [StsModule.forRoot(), StsHeartbeatModule.forRoot()], providers: [ReportTasks] })
 * export class AppModule {}
 *
 * @Cron('0 3 * * *', { heartbeat: { url: 'https://hc-ping.com/<uuid>' } })
 * nightly() {}
 * ```
 */
@Module({
  providers: [
    withoutForRoot(MODULE_OPTIONS_TOKEN),
    {
      provide: StsHeartbeats,
      inject: [MODULE_OPTIONS_TOKEN, ModuleRef],
      async useFactory(options: StsHeartbeatOptions, moduleRef: ModuleRef) {
        const { core, clock } = await schedulerFor(StsHeartbeatModule, { options, moduleRef });
        const settings = heartbeatSettings(options);
        core.extend({ name: WHERE, option: 'heartbeat' });
        const isEnabled = settings.enabled ?? isSystemClock(clock);
        return isEnabled ? new StsHeartbeats(core, settings) : null;
      },
    },
  ],
})
export class StsHeartbeatModule {
  /** @throws {ConfigurationError} at bootstrap, for options that cannot be read. */
  static forRoot(options: StsHeartbeatOptions = {}): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: StsHeartbeatModule };
  }

  /** The same with options that come from providers; a class for `useClass` or `useExisting` has `create()`. */
  static forRootAsync(options: ConfigurableModuleAsyncOptions<StsHeartbeatOptions>): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: StsHeartbeatModule };
  }
}

const logger = new Logger('StsHeartbeat');

/** Without the address, which is a secret. */
function log({ taskName }: Ping, refusal: Refusal | undefined): void {
  if (refusal === undefined) logger.log(`The heartbeat of ${taskName} is told again.`);
  else logger.warn(`The heartbeat of ${taskName} cannot be told: ${refusal.why}.`);
}
