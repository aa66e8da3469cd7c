import { randomUUID } from 'node:crypto';
import type { Observable } from 'rxjs';
import type { Engine, SubmittedRun } from '../engine/engine.js';
import { InvalidPayloadError, SchedulerDrainingError, validOption } from '../errors.js';
import type { StsEvent } from '../run/run.events.js';
import type { Run } from '../run/run.js';
import type { RunPage, RunStore } from '../run/run.store.js';
import { describeIssues } from '../task/payload.schema.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { TaskTable } from '../task/task.table.js';
import type { Clock } from '../time/clock.js';
import { upcoming } from '../trigger/upcoming.js';
import { describeTask, type TaskDescription } from './task.description.js';

/** What the registry looks upon. */
export interface RegistryHost {
  readonly table: TaskTable;
  readonly engine: Engine;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly events$: Observable<StsEvent>;
  readonly isDraining: () => boolean;
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
    const { triggers } = this.#host.table.get(name);
    return upcoming(triggers, this.#host.clock.now(), limited(count, 'SchedulerRegistry.nextRuns(): count'));
  }

  /**
   * Starts a run by hand. It obeys overlap, timeout and retry as any other; when it overlaps, it ends as skipped.
   *
   * @param payload what the handler finds in its context, as the task's schema returns it.
   * @returns once the run is accepted; its `finished()` then resolves with the finished run, and never rejects
   * because of a handler.
   * @throws {UnknownTaskError} when no task has this name.
   * @throws {InvalidPayloadError} when the task's schema refuses the payload.
   * @throws {SchedulerDrainingError} while the scheduler drains, and afterwards.
   * @example
   * ```ts
   * const run = await registry.trigger('ReportTasks.rebuild', { since: '2026-01-01' });
   * const { outcome } = await run.finished();
   * ```
   */
  async trigger(name: string, payload?: unknown): Promise<SubmittedRun> {
    const { table, engine, clock, isDraining } = this.#host;
    const task = table.get(name);
    if (isDraining()) throw new SchedulerDrainingError(name, 'be triggered');
    // Awaited in any case: a handler that triggers its own task must not run within the call of itself.
    const accepted = await parsePayload(task, payload);
    if (isDraining()) throw new SchedulerDrainingError(name, 'be triggered');
    const run = await engine.submit({
      id: `${name}#${randomUUID()}`,
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
   * @param options.cursor the `nextCursor` of the page before.
   * @throws {UnknownTaskError} when no task has this name.
   */
  async runs(name: string, options: { limit?: number; cursor?: string | null } = {}): Promise<RunPage> {
    const { name: taskName } = this.#host.table.get(name);
    const limit = limited(options.limit ?? 100, 'SchedulerRegistry.runs(): limit');
    return this.#host.store.list({ taskName, limit, cursor: options.cursor ?? null });
  }

  /** A run by its id; `undefined` when it is not kept. */
  async run(id: string): Promise<Run | undefined> {
    return this.#host.store.find(id);
  }

  #describe(task: TaskDefinition): TaskDescription {
    return describeTask(task, this.#host.clock.now(), this.#host.engine.active(task.name));
  }
}

const LARGEST_PAGE = 1_000;

function limited(n: number, where: string): number {
  const isValid = (v: unknown) => Number.isInteger(v) && Number(v) >= 1 && Number(v) <= LARGEST_PAGE;
  return validOption(n, isValid, { where, expected: `a whole number from 1 to ${LARGEST_PAGE}` });
}

async function parsePayload({ name, payload: schema }: TaskDefinition, payload: unknown): Promise<unknown> {
  if (schema === null) return payload;
  const result = await schema['~standard'].validate(payload);
  if (result.issues === undefined) return result.value;
  throw new InvalidPayloadError(name, describeIssues(result.issues));
}
