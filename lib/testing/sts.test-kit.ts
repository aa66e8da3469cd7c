import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { TaskScheduler } from '../scheduler/task.scheduler.js';
import { STS_CLOCK } from '../sts.module.js';
import type { TaskName, TriggerArguments } from '../task/sts.tasks.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import { GoingAttempts } from './going.attempts.js';
import { ManualClock } from './manual.clock.js';

/** The part of Nest's TestingModuleBuilder that the kit uses. */
export interface TestingModuleBuilderLike {
  overrideProvider(token: unknown): { useValue(value: unknown): TestingModuleBuilderLike };
  compile(): Promise<INestApplicationContext & { createNestApplication?: unknown }>;
}

export interface StsTestKitOptions {
  /** Where the clock stands first. @default 2026-01-01T00:00:00Z */
  readonly now?: Instant;
  /**
   * How long the kit waits, in real time, for a handler to return, before it moves the clock on without it: long
   * enough for the I/O of your handlers. One that hangs is waited for once. @default '1s'
   */
  readonly patience?: Duration;
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
  readonly #going: GoingAttempts;

  private constructor(
    readonly app: INestApplicationContext,
    readonly clock: ManualClock,
    patienceMs: number,
  ) {
    this.#going = new GoingAttempts(clock, patienceMs);
    this.registry.events$.subscribe(event => {
      this.#events.push(event);
      this.#going.hear(event);
    });
  }

  /**
   * Starts an app in virtual time.
   *
   * @param builder what `Test.createTestingModule()` returns, with your overrides; or the metadata for it, when
   * `@nestjs/testing` is installed.
   */
  static async create(
    builder: TestingModuleBuilderLike | ModuleMetadata,
    { now, patience = '1s' }: StsTestKitOptions = {},
  ): Promise<StsTestKit> {
    const clock = new ManualClock(now);
    const testing =
      'compile' in builder ? builder : (await import('@nestjs/testing')).Test.createTestingModule(builder);
    const app = await testing.overrideProvider(STS_CLOCK).useValue(clock).compile();
    const kit = new StsTestKit(app, clock, parseDuration(patience, 'StsTestKit.create(): patience'));
    await app.init();
    await kit.#going.settle();
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

  /**
   * Lets time go by, and with it everything that is due, in order: whatever has been started ends before the next
   * thing is due, unless it waits for something that time brings, or takes longer than the kit's patience.
   */
  async advanceBy(duration: Duration): Promise<void> {
    await this.advanceTo(this.clock.now() + parseDuration(duration, 'StsTestKit.advanceBy()'));
  }

  /** Lets time go by until an instant, as `advanceBy`. */
  async advanceTo(instant: Instant): Promise<void> {
    const until = parseInstant(instant, 'StsTestKit.advanceTo()');
    await this.#going.settle();
    while (this.clock.advance(until)) await this.#going.settle();
  }

  /**
   * Triggers a task by hand and waits for its end. Time goes by for the waits between its attempts and for its
   * timeout; a handler that works in real time is waited for.
   *
   * @throws {Error} when its handler waits for something that neither time nor I/O brings.
   */
  async trigger<const Name extends TaskName>(
    name: Name,
    ...payload: TriggerArguments<Name>
  ): Promise<FinishedRun> {
    const run = await this.registry.trigger(name, ...payload);
    const { timeoutMs } = this.registry.get(name);
    for (;;) {
      await this.#going.settle();
      if (this.#going.isWaiting(run.id) && this.clock.nextAt !== null) {
        await this.advanceTo(this.clock.nextAt);
        continue;
      }
      const startAt = this.#going.startOf(run.id);
      if (startAt === undefined) return run.finished();
      if (startAt > this.clock.now()) await this.advanceTo(startAt);
      else if (timeoutMs !== null) await this.advanceTo(startAt + timeoutMs);
      else if (this.#going.nextStart !== null) await this.advanceTo(this.#going.nextStart);
      else
        throw new Error(
          `${name} does not end: its handler waits for something that neither time nor I/O brings.`,
        );
    }
  }

  /** All runs of a task so far, as they stand, the oldest first: with the results and errors of their handlers. */
  async runs(name: string): Promise<readonly Run[]> {
    this.registry.get(name);
    const runs = new Map<string, Run>();
    for (const event of this.#events) if ('run' in event) runs.set(event.run.id, event.run);
    return [...runs.values()]
      .filter(({ taskName }) => taskName === name)
      .toSorted((a, b) => a.dueAt - b.dueAt);
  }

  /** Closes the app; time goes by by itself, so that graces and timeouts end. */
  async close(): Promise<void> {
    let isClosed = false;
    const closing = this.app.close().finally(() => (isClosed = true));
    closing.catch(() => undefined); // It is thrown below, when time has gone by.
    while (!isClosed) {
      await this.#going.settle();
      if (!isClosed && this.clock.nextAt !== null) this.clock.advance(this.clock.nextAt);
    }
    await closing;
  }
}
