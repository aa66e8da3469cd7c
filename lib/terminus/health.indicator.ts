import { Inject, Injectable, Optional, type OnModuleInit } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { ModuleImportError } from '../errors.js';
import { missingRoot, rootsIn } from '../module/module.imports.js';
import { STS_CLOCK } from '../module/scheduler.providers.js';
import { loadPeer } from '../peer.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import type { Clock } from '../time/clock.js';
import { healthLimits, type HealthLimits, type StsHealthOptions } from './health.options.js';
import { TaskHealth } from './task.health.js';

const NO_SERVER = 'the server that processes share does not work';
/** A result names no more tasks than these. */
const MOST_NAMED = 10;

/**
 * The health of the scheduler for `@nestjs/terminus`: down only when it has stopped, or is stalled; degraded, which is
 * still up, while tasks are late or fail. List it among the providers of the module that has the health controller, and
 * import `TerminusModule` there.
 *
 * @example
 * ```ts
 * @Get('health') @HealthCheck()
 * check() {
 *   return this.health.check([() => this.scheduler.isHealthy('scheduler')]);
 * }
 * ```
 */
@Injectable()
export class StsHealthIndicator implements OnModuleInit {
  readonly #registry: SchedulerRegistry;
  readonly #clock: Clock;
  readonly #moduleRef: ModuleRef;
  readonly #tasks: TaskHealth;
  #terminus: HealthIndicatorService | undefined;

  /** @internal */
  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Optional() @Inject(SchedulerRegistry) registry: SchedulerRegistry,
    @Optional() @Inject(STS_CLOCK) clock: Clock,
  ) {
    if (rootsIn(modules).length === 0) throw missingRoot(StsHealthIndicator.name);
    this.#registry = registry;
    this.#clock = clock;
    this.#moduleRef = moduleRef;
    this.#tasks = new TaskHealth(name => registry.has(name));
    // A scheduler that cannot be made says itself why.
    registry?.events$.subscribe(event => this.#tasks.hear(event));
  }

  /** @throws {ConfigurationError} when `@nestjs/terminus` is not installed, or not imported. */
  async onModuleInit(): Promise<void> {
    this.#terminus = await this.#loadTerminus();
  }

  /**
   * What Terminus shows under the key: `down` when the scheduler of this process has stopped, or when nothing that is due
   * comes up any more; `degraded` (with Terminus 11 `up`, and `degraded: true` beside it) with the names of the tasks
   * that are late or fail, at most ten of each, and while the server that processes share does not work.
   *
   * @param key its name in the answer.
   * @throws {ConfigurationError} for an option that is wrong.
   */
  async isHealthy<const Key extends string>(
    key: Key,
    options: StsHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const limits = healthLimits(options);
    const session = (this.#terminus ??= await this.#loadTerminus()).check(key);
    const { state, nextAt } = this.#registry.status();
    const reason = this.#whyDown(state, nextAt, limits);
    if (reason !== null) return session.down({ state, reason });
    const impaired = this.#impaired(limits);
    if (impaired === null) return session.up({ state });
    const data = { state, ...impaired };
    // Terminus 11 knows up and down only.
    return 'degraded' in session ? session.degraded(data) : degradedUp(session, data);
  }

  #whyDown(state: string, nextAt: number | null, limits: HealthLimits): string | null {
    const { serverDown, stalledAfterMs } = limits;
    if (state === 'stopped') return 'the scheduler has stopped';
    if (this.#tasks.isEngineDown && serverDown === 'down') return NO_SERVER;
    if (nextAt === null || this.#clock.now() - nextAt <= stalledAfterMs) return null;
    return `the scheduler is stalled: what was due at ${new Date(nextAt).toISOString()} has not come up`;
  }

  #impaired({ lateAfterMs, failures }: HealthLimits): Record<string, unknown> | null {
    const late = this.#tasks.late(this.#clock.now(), lateAfterMs);
    const failing = this.#tasks.failing(failures);
    const server = this.#tasks.isEngineDown ? { reason: NO_SERVER } : null;
    if (late.length === 0 && failing.length === 0 && server === null) return null;
    return {
      ...server,
      lateTasks: late.length,
      failingTasks: failing.length,
      late: late.slice(0, MOST_NAMED),
      failing: failing.slice(0, MOST_NAMED),
    };
  }

  async #loadTerminus(): Promise<HealthIndicatorService> {
    const { HealthIndicatorService: token } = await loadPeer(TERMINUS, StsHealthIndicator.name);
    try {
      return this.#moduleRef.get(token, { strict: false });
    } catch (cause) {
      const complaint = {
        where: StsHealthIndicator.name,
        expected: 'TerminusModule among the imports of its module',
        got: 'none',
        isGotText: true,
        remedy: "Import it from '@nestjs/terminus'.",
      };
      throw new ModuleImportError(complaint, { cause });
    }
  }
}

const TERMINUS = {
  name: '@nestjs/terminus',
  use: 'shows the health of an app',
  load: () => import('@nestjs/terminus'),
};

function degradedUp<Key extends string>(
  session: { up(data: Record<string, unknown>): HealthIndicatorResult<Key> },
  data: Record<string, unknown>,
): HealthIndicatorResult<Key> {
  return session.up({ degraded: true, ...data });
}
