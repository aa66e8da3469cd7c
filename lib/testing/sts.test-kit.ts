import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { TaskScheduler } from '../scheduler/task.scheduler.js';
import { STS_CLOCK } from '../sts.module.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import { ManualClock } from './manual.clock.js';

/** The part of Nest's TestingModuleBuilder that the kit uses. */
export interface TestingModuleBuilderLike {
  overrideProvider(token: unknown): { useValue(value: unknown): TestingModuleBuilderLike };
  compile(): Promise<INestApplicationContext & { createNestApplication?: unknown }>;
}

export interface StsTestKitOptions {
  /** Where the clock stands first. @default 2026-01-01T00:00:00Z */
  readonly now?: Instant;
}

/**
 * An app under a clock that only the test moves.
 *
 * @example
 * ```ts
 * const kit = await StsTestKit.create(Test.createTestingModule({ imports: [AppModule] }));
 * await kit.advanceBy('1h');
 * expect((await kit.runs('ReportTasks.poll')).length).toBe(360);
 * await kit.close();
 * ```
 */
export class StsTestKit {
  readonly #events: StsEvent[] = [];

  private constructor(
    readonly app: INestApplicationContext,
    readonly clock: ManualClock,
  ) {
    this.registry.events$.subscribe(event => this.#events.push(event));
  }

  /**
   * Starts an app in virtual time.
   *
   * @param builder what `Test.createTestingModule()` returns, with your overrides; or the metadata for it, when
   * `@nestjs/testing` is installed.
   */
  static async create(
    builder: TestingModuleBuilderLike | ModuleMetadata,
    { now }: StsTestKitOptions = {},
  ): Promise<StsTestKit> {
    const clock = new ManualClock(now);
    const testing =
      'compile' in builder ? builder : (await import('@nestjs/testing')).Test.createTestingModule(builder);
    const app = await testing.overrideProvider(STS_CLOCK).useValue(clock).compile();
    const kit = new StsTestKit(app, clock);
    await app.init();
    await settle();
    return kit;
  }

  get registry(): SchedulerRegistry {
    return this.app.get(SchedulerRegistry, { strict: false });
  }

  get scheduler(): TaskScheduler {
    return this.app.get(TaskScheduler, { strict: false });
  }

  /** All that has happened so far. */
  events(): readonly StsEvent[] {
    return this.#events;
  }

  /** Moves the clock on, and with it everything that is due, in order. */
  async advanceBy(duration: Duration): Promise<void> {
    await this.advanceTo(this.clock.now() + parseDuration(duration, 'StsTestKit.advanceBy()'));
  }

  /** Moves the clock to an instant, and with it everything that is due until then, in order. */
  async advanceTo(instant: Instant): Promise<void> {
    const until = parseInstant(instant, 'StsTestKit.advanceTo()');
    await settle();
    while (this.clock.fireNext(until)) await settle();
    this.clock.set(until);
  }

  /**
   * Triggers a task by hand and waits for its end. The clock moves on for the waits between its attempts; a
   * handler that works in real time is waited for.
   */
  async trigger(name: string, payload?: unknown): Promise<FinishedRun> {
    const run = await this.registry.trigger(name, payload);
    let finished: FinishedRun | undefined;
    void run.finished().then(end => (finished = end));
    for (;;) {
      await settle();
      if (finished !== undefined) return finished;
      const last = this.#events.findLast(event => 'run' in event && event.run.id === run.id);
      if (last?.type === 'attemptFailed' && last.retryAt > this.clock.now())
        await this.advanceTo(last.retryAt);
    }
  }

  /** What is kept of a task's runs, the oldest first. */
  async runs(name: string): Promise<readonly Run[]> {
    const { items } = await this.registry.runs(name, { limit: 1_000 });
    return items.toReversed();
  }

  /** Closes the app; the clock moves on by itself, so that graces and timeouts end. */
  async close(): Promise<void> {
    let isClosed = false;
    const closing = this.app.close().finally(() => (isClosed = true));
    while (!isClosed) {
      await settle();
      if (!isClosed && this.clock.nextAt !== null) this.clock.fireNext(this.clock.nextAt);
    }
    await closing;
  }
}

/** Lets promises and I/O that is ready run: two turns of the event loop. */
async function settle(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  await new Promise(resolve => setImmediate(resolve));
}
