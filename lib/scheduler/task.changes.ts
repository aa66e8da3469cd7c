import { InvalidOptionError, InvalidTriggerError, PastInstantError } from '../errors.js';
import type { Engine } from '../engine/engine.js';
import type { Timeline } from '../engine/timeline.js';
import { refuseNonObject } from '../option.keys.js';
import type { StsEvent } from '../run/run.events.js';
import type { Declaration } from '../task/task.declaration.js';
import type { RawTask, TaskDefinition } from '../task/task.definition.js';
import type { TaskResolver } from '../task/task.resolver.js';
import type { TaskTable } from '../task/task.table.js';
import type { Trigger } from '../trigger/trigger.js';
import type { Clock } from '../time/clock.js';
import { extended } from './added.task.js';
import type { Lifecycle } from './lifecycle.js';
import type { Overrides } from './overrides.js';
import type { Recovery } from './recovery.js';
import type { StartRuns } from './start.runs.js';
import { updated } from './updated.task.js';
import type { Watch } from './watch.js';

export interface TaskChangesHost {
  readonly table: TaskTable;
  readonly timeline: Timeline;
  readonly engine: Engine;
  readonly resolver: TaskResolver;
  readonly lifecycle: Lifecycle;
  readonly recovery: Recovery;
  readonly watch: Watch;
  readonly startRuns: StartRuns;
  readonly overrides: Overrides;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** Every change of the tasks at run time: the table, the timeline and the engine hear of it together. */
export class TaskChanges {
  readonly #host: TaskChangesHost;

  constructor(host: TaskChangesHost) {
    this.#host = host;
  }

  /**
   * Takes in tasks of the app's code: all of them, or none when one is wrong.
   *
   * @throws {ConfigurationError} that names the place.
   */
  define(tasks: readonly RawTask[]): void {
    const { table, engine, resolver, overrides, clock } = this.#host;
    const added: TaskDefinition[] = [];
    try {
      for (const task of tasks) {
        // A Task provider may have scheduled itself in its onModuleInit, under any name.
        if (table.ofOwner(task.owner).some(({ source }) => source.name === task.name)) continue;
        const definition = resolver.resolve(overrides.over(task));
        engine.check?.(definition);
        table.add(definition, clock.now(), remedyFor(table.find(definition.name), definition));
        added.push(definition);
      }
    } catch (error) {
      for (const { name } of added) table.remove(name);
      throw error;
    }
    for (const definition of added) this.#apply(definition, 'taskAdded');
    for (const definition of added) this.#catchUp(definition);
  }

  /** @param known the task that it is already, which is given one more declaration. */
  add(source: RawTask, declaration: Declaration, known: TaskDefinition | undefined): void {
    const { table, resolver, overrides, clock } = this.#host;
    const raw = known?.source ?? overrides.over(source, declaration);
    const definition = resolver.resolve(extended(raw, declaration), known);
    this.#refuse(definition, known, declaration.where);
    if (known === undefined) table.add(definition, clock.now());
    else table.replace(definition, clock.now());
    this.#apply(definition, 'taskAdded');
    if (known === undefined) this.#catchUp(definition);
  }

  update(name: string, declaration: Declaration): void {
    const { table, timeline, lifecycle, resolver, clock } = this.#host;
    table.get(name);
    refuseNonObject(declaration.options, declaration.where);
    // What is due by now is still due by the old rule. Its handlers may change the tasks themselves.
    if (lifecycle.isRunning) timeline.flush();
    const known = table.get(name);
    const definition = resolver.resolve(updated(known.source, declaration), known);
    this.#refuse(definition, known, declaration.where);
    table.replace(definition, clock.now());
    this.#apply(definition, 'taskUpdated');
  }

  remove(name: string): void {
    const { table, timeline, engine, lifecycle, startRuns, clock, record } = this.#host;
    table.get(name);
    if (lifecycle.isRunning) timeline.flush();
    table.remove(name);
    timeline.remove(name);
    startRuns.forget(name);
    void engine.remove(name);
    this.#host.watch.remove(name);
    record({ type: 'taskRemoved', at: clock.now(), taskName: name });
  }

  /** A task that comes after the start may have missed something, too. */
  #catchUp(task: TaskDefinition): void {
    const { table, lifecycle, recovery, watch, clock } = this.#host;
    if (!lifecycle.isLive) return;
    const isWanted = () => lifecycle.isLive && table.find(task.name) === task;
    // Nothing of it rejects: a store that fails costs what it knows.
    void recovery.catchUp([task], clock.now(), isWanted).then(() => {
      if (isWanted()) watch.add(task.name);
    });
  }

  /** Whoever hears of it finds it done. */
  #apply(task: TaskDefinition, type: 'taskAdded' | 'taskUpdated'): void {
    const { table, timeline, engine, lifecycle, startRuns, clock, record } = this.#host;
    const { name, maxRuns } = task;
    const isDone = engine.isDone(task);
    if (isDone) timeline.remove(name);
    else if (lifecycle.isRunning) timeline.add(task);
    if (lifecycle.isRunning) startRuns.plan(task, wanted => table.find(wanted));
    record({ type, at: clock.now(), taskName: name, triggers: task.triggers.map(String) });
    if (isDone) record({ type: 'maxRunsReached', at: clock.now(), taskName: name, maxRuns: maxRuns! });
  }

  #refuse(definition: TaskDefinition, known: TaskDefinition | undefined, where: string): void {
    refuseAnotherName(definition, known, where);
    refuseThePast(definition, known, this.#host.clock.now(), where);
    this.#host.engine.check?.(definition);
  }
}

/** A class that two modules provide has an instance in each: another name for one would name both. */
function remedyFor(other: TaskDefinition | undefined, { owner }: TaskDefinition): string | undefined {
  if (other === undefined || other.owner === owner) return undefined;
  if (other.owner.constructor !== owner.constructor) return undefined;
  return 'Provide the class in one module and export it from there.';
}

function refuseAnotherName({ name }: TaskDefinition, known: TaskDefinition | undefined, where: string): void {
  if (known === undefined || known.name === name) return;
  const expected = `the name that the task has already, '${known.name}'`;
  throw new InvalidOptionError({
    where: `${where}: name`,
    expected,
    got: name,
    remedy: 'Remove the task first.',
  });
}

/** At bootstrap a past instant is what time does; in a call it is a mistake. */
function refuseThePast(
  task: TaskDefinition,
  known: TaskDefinition | undefined,
  now: number,
  where: string,
): void {
  for (const trigger of task.triggers) {
    if (known?.triggers.includes(trigger) || askedNext(trigger, now, where) !== null) continue;
    const remedy = `It is ${new Date(now).toISOString()} now; use SchedulerRegistry.trigger() to run it at once.`;
    throw new PastInstantError({ where, expected: 'an instant in the future', got: String(trigger), remedy });
  }
}

function askedNext(trigger: Trigger, now: number, where: string): number | null {
  try {
    return trigger.next(now);
  } catch (error) {
    const expected = 'a trigger whose next() names an instant';
    throw new InvalidTriggerError({ where, expected, got: error }, { cause: error });
  }
}
