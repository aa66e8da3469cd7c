import type { Observable } from 'rxjs';
import type { ClusterNode, Engine, SubmittedRun } from '../engine/engine.js';
import { InvalidPayloadError, SchedulerDrainingError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { StsEvent } from '../run/run.events.js';
import type { Run } from '../run/run.js';
import { scopesOf, type Scope } from '../run/scope.js';
import type { RunPage, RunStore } from '../run/run.store.js';
import type { Draws } from '../policy/draws.js';
import { describeIssues, type PayloadSchema } from '../task/payload.schema.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { ScheduleOptions, TaskUpdate } from '../task/task.options.js';
import type { TaskName, TriggerArguments } from '../task/sts.tasks.js';
import type { TaskTable } from '../task/task.table.js';
import type { Clock } from '../time/clock.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import { upcoming } from '../trigger/upcoming.js';
import { VERSION } from '../version.js';
import { explain, type Explanation } from './explanation.js';
import type { Ledger, Stats } from './ledger.js';
import type { Lifecycle, SchedulerStatus } from './lifecycle.js';
import { scopeOf, type PauseTarget } from './pause.target.js';
import type { TaskChanges } from './task.changes.js';
import { describeTask, type TaskDescription } from './task.description.js';

/** What the registry looks upon. */
export interface RegistryHost {
  readonly table: TaskTable;
  readonly changes: TaskChanges;
  readonly groups: ReadonlyMap<string, unknown>;
  readonly engine: Engine;
  /** The name of this process in runs. */
  readonly node: string;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly events$: Observable<StsEvent>;
  readonly lifecycle: Lifecycle;
  readonly ledger: Ledger;
  readonly draws: Draws;
}

/** The window on the tasks and their runs. Inject it anywhere; `StsModule` need not be imported again. */
export class SchedulerRegistry {
  /** All that happens in this process, from now on. Completes when the app has closed. */
  readonly events$: Observable<StsEvent>;
  readonly #host: RegistryHost;

  /** @internal */
  constructor(host: RegistryHost) {
    this.#host = host;
    this.events$ = host.events$;
  }

  /** All tasks, in order of creation. */
  list(): readonly TaskDescription[] {
    return this.#host.table.all().map(task => this.#describe(task));
  }

  /** @throws {UnknownTaskError} when no task has this name. */
  get(name: string): TaskDescription {
    return this.#describe(this.#host.table.get(name));
  }

  has(name: string): boolean {
    return this.#host.table.find(name) !== undefined;
  }

  /**
   * The next instants at which a task is due, epoch ms, the earliest first.
   *
   * @param count from 1 to 1000.
   * @throws {UnknownTaskError} when no task has this name.
   */
  nextRuns(name: string, count = 10): readonly number[] {
    const task = this.#host.table.get(name);
    const triggers = this.#host.engine.isDone(task) ? [] : task.triggers;
    return upcoming(triggers, this.#host.clock.now(), limited(count, 'SchedulerRegistry.nextRuns(): count'));
  }

  /**
   * Starts a run by hand. It obeys overlap, timeout and retry as any other; when it overlaps, it ends as skipped.
   *
   * @param name of the task; one of `StsTasks`, when the app declares its tasks there.
   * @param payload what the handler finds in its context, as the task's schema returns it.
   * @returns once the run is accepted; its `finished()` then resolves with the finished run, and never rejects
   * because of a handler.
   * @throws {UnknownTaskError} when no task has this name.
   * @throws {InvalidPayloadError} when the task's schema refuses the payload.
   * @throws {SchedulerDrainingError} while the scheduler drains, and afterwards until it is started again.
   * @example
   * ```ts
   * const run = await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
   * const { outcome } = await run.finished();
   * ```
   */
  async trigger<const Name extends TaskName>(
    name: Name,
    ...[payload]: TriggerArguments<Name>
  ): Promise<SubmittedRun> {
    const { table, engine, clock, lifecycle, draws } = this.#host;
    const task = table.get(name);
    if (lifecycle.isDraining) throw new SchedulerDrainingError(name, 'be triggered');
    // Awaited in any case: a handler that triggers its own task must not run within the call of itself.
    const accepted = await parsePayload(task, payload);
    if (lifecycle.isDraining) throw new SchedulerDrainingError(name, 'be triggered');
    const run = await engine.submit({
      id: `${name}#${draws.id()}`,
      task,
      cause: 'manual',
      dueAt: clock.now(),
      payload: accepted,
      verdict: { kind: 'run' },
    });
    return { id: run.id, finished: () => run.finished() };
  }

  /**
   * What is kept of a task's runs, skipped ones included, the newest first.
   *
   * @param options.limit from 1 to 1000. @default 100
   * @param options.cursor the `nextCursor` of the page before; after one that is not known, or no longer kept, comes
   * an empty page.
   * @throws {UnknownTaskError} when no task has this name; {InvalidOptionError} for an option that is wrong or not
   * known.
   */
  async runs(name: string, options: { limit?: number; cursor?: string | null } = {}): Promise<RunPage> {
    const { name: taskName } = this.#host.table.get(name);
    refuseUnknownKeys(options, ['limit', 'cursor'], 'SchedulerRegistry.runs()');
    const limit = limited(options.limit ?? 100, 'SchedulerRegistry.runs(): limit');
    return this.#host.store.list({ taskName, limit, cursor: options.cursor ?? null });
  }

  /** A run by its id; `undefined` when it is not kept. */
  async run(id: string): Promise<Run | undefined> {
    return this.#host.store.find(id);
  }

  /**
   * Pauses a task, or all tasks of a group, until somebody resumes it: what is due is skipped as `paused`, what
   * waits to start too; what runs goes on, and runs by hand start. Pausing twice changes nothing.
   *
   * @param target a task's name, or `{ group }`.
   * @param reason who or what wants it, for whoever wonders later.
   * @throws {UnknownTaskError} when no task has this name; {InvalidOptionError} when no task is in the group.
   */
  async pause(target: PauseTarget, reason = 'by hand'): Promise<void> {
    await this.#host.engine.pause(this.#scopeOf(target, 'pause'), reason);
  }

  /**
   * Ends a pause, one of an error threshold too. Resuming what is not paused changes nothing: a task that is paused with
   * its group (see `paused.scope` in `list()`) goes on when the group is resumed.
   */
  async resume(target: PauseTarget, reason = 'by hand'): Promise<void> {
    await this.#host.engine.resume(this.#scopeOf(target, 'resume'), reason);
  }

  /**
   * Ends a run: a wait at once, a handler through its signal; one that does not obey is given up after 5 s.
   *
   * @param reason what stands in the run's outcome.
   * @returns whether the run was still going on.
   */
  async cancel(runId: string, reason = 'by hand'): Promise<boolean> {
    return this.#host.engine.cancel(runId, reason);
  }

  /**
   * Gives a task other options, until the process ends: each beats what decorators, group and module say. A rule
   * (`every`, `cron`, `at`, `schedule`) takes the place of all its triggers; what stood beside a single one (`jitter`,
   * bounds, `exclude`, and the zone from cron to cron) stays. `'-'` or `null` for a rule's value leaves the task no
   * trigger; `null` takes any other option of the task back, so that group and module decide. Runs that were accepted
   * before keep what they were accepted with.
   *
   * @throws {UnknownTaskError} when no task has this name; {ConfigurationError} that says what is wrong with the
   * options; {PastInstantError} when it would never be due.
   * @example
   * ```ts
   * await registry.update('ReportTasks.poll', { every: '1m', timeout: '30s' });
   * ```
   */
  async update(name: string, options: TaskUpdate): Promise<void> {
    const where = `SchedulerRegistry.update(${name})`;
    this.#host.changes.update(name, { where, options: options as ScheduleOptions, form: 'fields' });
  }

  /**
   * What became of an instant of a task, in a sentence and as data: as which run it ran, why it was skipped, or when
   * it is due next.
   *
   * @param at a Date, ISO 8601 text with `Z` or an offset, or epoch ms.
   * @throws {UnknownTaskError} when no task has this name; {InvalidTriggerError} for what is no instant.
   * @example
   * ```ts
   * const { sentence } = await registry.explain('ReportTasks.nightly', '2026-03-29T01:00:00Z');
   * ```
   */
  async explain(name: string, at: Instant): Promise<Explanation> {
    const { table, store, engine, clock, lifecycle } = this.#host;
    const task = table.get(name);
    const instant = parseInstant(at, 'SchedulerRegistry.explain(): at');
    // Runs by hand and at the start have records of their own, which are not of an instant.
    const record = (await store.at(name, instant)) ?? (await this.#runAt(name, instant));
    return explain(task, {
      at: instant,
      record,
      now: clock.now(),
      absence: lifecycle.absences.at(instant),
      since: table.sinceOf(name),
      isDone: engine.isDone(task),
    });
  }

  /** Whether the scheduler of this process runs, and what it waits for. */
  status(): SchedulerStatus {
    return this.#host.lifecycle.status();
  }

  /** How many instants were due in this process, and what became of them; `unaccounted` is 0, or something is wrong. */
  async stats(): Promise<Stats> {
    return this.#host.ledger.stats(this.#host.engine.going());
  }

  /** The processes that take runs: those of the whole cluster with an engine that they share, else this one. */
  async nodes(): Promise<readonly ClusterNode[]> {
    const { engine, node, lifecycle, clock, ledger } = this.#host;
    if (engine.nodes !== undefined) return engine.nodes();
    if (!lifecycle.isRunning) return [];
    const startedAt = ledger.since;
    return [{ id: node, version: VERSION, startedAt, seenAt: clock.now(), clockSkewMs: null }];
  }

  async #runAt(taskName: string, at: number): Promise<Run | undefined> {
    const { items } = await this.#host.store.list({ taskName, limit: LARGEST_PAGE, cursor: null });
    return items.find(({ dueAt }) => dueAt === at);
  }

  #scopeOf(target: PauseTarget, verb: string): Scope {
    const { table, groups } = this.#host;
    return scopeOf(target, table, groups.keys(), `SchedulerRegistry.${verb}()`);
  }

  #describe(task: TaskDefinition): TaskDescription {
    const { clock, engine } = this.#host;
    const [paused = null] = scopesOf(task).flatMap(scope => {
      const pause = engine.paused(scope);
      return pause === null ? [] : [{ ...pause, scope }];
    });
    return describeTask(task, {
      now: clock.now(),
      running: engine.active(task.name),
      waiting: engine.waiting(task.name),
      paused,
      isDone: engine.isDone(task),
    });
  }
}

const LARGEST_PAGE = 1_000;

function limited(n: number, where: string): number {
  const isValid = (v: unknown) => Number.isInteger(v) && Number(v) >= 1 && Number(v) <= LARGEST_PAGE;
  return validOption(n, isValid, { where, expected: `a whole number from 1 to ${LARGEST_PAGE}` });
}

/** A promise only where there is a schema. */
function parsePayload(task: TaskDefinition, payload: unknown): unknown {
  return task.payload === null ? payload : validated(task.name, task.payload, payload);
}

async function validated(name: string, schema: PayloadSchema, payload: unknown): Promise<unknown> {
  const result = await schema['~standard'].validate(payload);
  if (result.issues === undefined) return result.value;
  throw new InvalidPayloadError(name, describeIssues(result.issues));
}
