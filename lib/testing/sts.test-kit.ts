import type { INestApplicationContext } from '@nestjs/common';
import { InvalidOptionError } from '../errors.js';
import type { HistoryBounds } from '../run/memory.run-store.js';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { TaskScheduler } from '../scheduler/task.scheduler.js';
import { STS_CLOCK, STS_CORE, STS_DRAWS, STS_ENGINE, STS_HISTORY } from '../module/scheduler.providers.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { Explanation } from '../scheduler/explanation.js';
import type { SchedulerCore } from '../scheduler/scheduler.core.js';
import type { TaskName, TriggerArguments } from '../task/sts.tasks.js';
import { parseDuration, type Duration } from '../time/duration.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import { KitHistory } from './kit.history.js';
import { LeakedRunsError, leakedRuns } from './leaked.runs.js';
import { isoOf } from '../time/local.time.js';
import { ManualClock } from './manual.clock.js';
import { PassingTime } from './passing.time.js';
import { seededDraws, type Seed } from './seeded.draws.js';
import type { ToldOutcome } from './told.outcome.js';
import { builderOf, type Testable } from './testing.module.js';

export interface StsTestKitOptions {
  /** Where the clock stands first. @default 2026-01-01T00:00:00Z */
  readonly now?: Instant | undefined;
  /**
   * Each seed draws other jitters, backoffs and ids of runs, the same ones each time. @default jitters and backoffs as
   * in a real process, and ids that are the same each time
   */
  readonly seed?: Seed | undefined;
  /**
   * How long the kit waits, in real time, for a handler to return, before it moves the clock on without it: long
   * enough for the I/O of your handlers. One that hangs is waited for once. @default '1s'
   */
  readonly patience?: Duration | undefined;
}

/** A test asks what became of any instant: what happened in it is kept. */
const HISTORY: HistoryBounds = { perTask: 10_000, total: 1_000_000 };

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
  readonly #history = new KitHistory();
  readonly #time: PassingTime;
  readonly #patienceMs: number;

  private constructor(
    readonly app: INestApplicationContext,
    readonly clock: ManualClock,
    patienceMs: number,
  ) {
    this.#patienceMs = patienceMs;
    this.#time = new PassingTime(clock, patienceMs);
    this.registry.events$.subscribe(event => {
      this.#history.hear(event);
      this.#time.hear(event);
    });
  }

  /**
   * Starts an app in virtual time, as one process: an `engine` that processes share is left out. Its history keeps 10,000
   * runs of each task, unless the module's `history` says otherwise.
   *
   * @param target what `Test.createTestingModule()` returns, with your overrides; or a module or the metadata for one,
   * when `@nestjs/testing` is installed.
   * @throws {InvalidOptionError} for anything else, and for options that are wrong or not known.
   */
  static async create(target: Testable, options: StsTestKitOptions = {}): Promise<StsTestKit> {
    refuseUnknownKeys(options, ['now', 'seed', 'patience'], 'StsTestKit.create()');
    const { now, seed, patience = '1s' } = options;
    const patienceMs = parseDuration(patience, 'StsTestKit.create(): patience');
    const clock = new ManualClock(now);
    const testing = await builderOf(target, 'StsTestKit.create()');
    testing.overrideProvider(STS_CLOCK).useValue(clock);
    testing.overrideProvider(STS_HISTORY).useValue(HISTORY);
    testing.overrideProvider(STS_ENGINE).useValue(null);
    const draws = seededDraws(seed, clock.now());
    const app = await testing.overrideProvider(STS_DRAWS).useValue(draws).compile();
    const kit = new StsTestKit(app, clock, patienceMs);
    await app.init();
    await kit.#time.settle();
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
    return this.#history.events;
  }

  /**
   * Lets time go by, and with it everything that is due, in order: whatever has been started ends before the next
   * thing is due, unless it waits for something that time brings, or takes longer than the kit's patience.
   */
  async advanceBy(duration: Duration): Promise<void> {
    await this.advanceTo(this.clock.now() + parseDuration(duration, 'StsTestKit.advanceBy()'));
  }

  /**
   * Lets time go by until an instant, as `advanceBy`.
   *
   * @throws {InvalidOptionError} for an instant of the past.
   */
  async advanceTo(instant: Instant): Promise<void> {
    const until = parseInstant(instant, 'StsTestKit.advanceTo()');
    const now = this.clock.now();
    if (until < now) {
      const expected = `an instant that is not before ${isoOf(now)}, where its clock stands`;
      const remedy = 'clock.set() sets it back.';
      throw new InvalidOptionError({ where: 'StsTestKit.advanceTo()', expected, got: instant, remedy });
    }
    await this.#time.until(until);
  }

  /**
   * Lets time go by until the next due instant of a task, and until the run of that instant has ended: with its retries,
   * or skipped. Everything else that is due by then happens as well.
   *
   * @throws {UnknownTaskError} when no task has this name.
   * @throws {Error} when nothing of it is due, or its handler waits for something that neither time nor I/O brings.
   * @example
   * ```ts
   * const { outcome } = await kit.runNext('ReportTasks.nightly');
   * ```
   */
  async runNext(name: string): Promise<FinishedRun> {
    const [dueAt] = this.registry.nextRuns(name, 1);
    if (dueAt === undefined) throw new Error(`${name} is never due again.`);
    await this.#time.until(dueAt);
    const isMeant = ({ taskName, cause, dueAt: at }: Run) =>
      taskName === name && cause !== 'manual' && cause !== 'start' && at === dueAt;
    const run = this.#history.runs().find(isMeant);
    if (run === undefined) {
      throw new Error(`${name} had no run at ${isoOf(dueAt)}: the scheduler is not running, or was stopped.`);
    }
    await this.#time.untilEndOf(run.id, name, this.registry);
    return this.#history.runs().find(({ id }) => id === run.id) as FinishedRun;
  }

  /** The next instants at which a task is due, epoch ms, as `SchedulerRegistry.nextRuns()`. */
  nextRuns(name: string, count?: number): readonly number[] {
    return this.registry.nextRuns(name, count);
  }

  /** What became of an instant of a task, as `SchedulerRegistry.explain()`. */
  explain(name: string, at: Instant): Promise<Explanation> {
    return this.registry.explain(name, at);
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
    await this.#time.untilEndOf(run.id, name, this.registry);
    return run.finished();
  }

  /**
   * All runs so far, or those of one task, in order of their due instants: as they stand, those that go on or wait among
   * them, with the results and errors of their handlers. It answers at once, and forgets none, whatever history the app
   * keeps.
   *
   * @throws {UnknownTaskError} when no task has this name.
   */
  runs(name?: string): readonly Run[] {
    if (name !== undefined) this.registry.get(name);
    return this.#history.runsOf(name);
  }

  /**
   * How all runs so far, or those of one task, have ended, in order of their ends: a retried run, or one that waits, may
   * stand behind others that were due later. It answers at once; what has not ended yet is in `runs()`.
   *
   * @throws {UnknownTaskError} when no task has this name.
   * @example
   * ```ts
   * expect(kit.outcomes()).toEqual([
   *   { task: 'ReportTasks.nightly', dueAt: '2026-01-01T23:00:00Z', outcome: 'success' },
   *   { task: 'ReportTasks.poll', dueAt: '2026-01-01T23:00:10Z', outcome: 'skipped (overlap)' },
   * ]);
   * ```
   */
  outcomes(name?: string): readonly ToldOutcome[] {
    if (name !== undefined) this.registry.get(name);
    return this.#history.outcomesOf(name);
  }

  /**
   * Closes the app; time goes by by itself, so that graces and timeouts end.
   *
   * @param options `leaks: 'allow'` is for a test whose handlers hang on purpose. @default { leaks: 'reject' }
   * @throws {LeakedRunsError} when a handler has not returned, although its run has ended: it names the runs.
   */
  async close({ leaks = 'reject' }: { readonly leaks?: 'reject' | 'allow' } = {}): Promise<void> {
    const core = this.app.get<SchedulerCore>(STS_CORE, { strict: false });
    await this.#time.untilSettled(this.app.close());
    const leaked = leakedRuns(core.unsettled.runIds(), this.#history.runs());
    if (leaks === 'reject' && leaked.length > 0) throw new LeakedRunsError(leaked, this.#patienceMs);
  }
}
