import type { Outcome } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { newTally, type TaskTally } from './task.tally.js';

/** What is not counted but measured, and whose series begin and end. */
export interface Measures {
  added(tally: TaskTally): void;
  removed(tally: TaskTally): void;
  /** A run has started so long after it was due; of what is caught up nothing is said. */
  started(tally: TaskTally, delaySeconds: number): void;
  /** A run has ended so long after its start, its retries and their waits included. */
  ended(tally: TaskTally, durationSeconds: number, outcome: Outcome): void;
}

/** Counts what happens to each task that the registry knows, from the moment at which it knows it. */
export class Tallies {
  readonly #byTask = new Map<string, TaskTally>();
  readonly #registry: SchedulerRegistry;
  readonly #measures: Measures;

  constructor(registry: SchedulerRegistry, measures: Measures) {
    this.#registry = registry;
    this.#measures = measures;
    for (const { name } of registry.list()) this.#know(name);
    registry.events$.subscribe(event => this.#hear(event));
  }

  list(): Iterable<TaskTally> {
    return this.#byTask.values();
  }

  #hear(event: StsEvent): void {
    switch (event.type) {
      case 'taskAdded':
      case 'taskUpdated':
        return this.#know(event.taskName);
      case 'taskRemoved':
        return this.#forget(event.taskName);
    }
    // What a task that was removed still does belongs to no series any more.
    const tally = 'run' in event ? this.#byTask.get(event.run.taskName) : undefined;
    if (tally !== undefined) this.#count(tally, event);
  }

  #count(tally: TaskTally, event: StsEvent): void {
    switch (event.type) {
      case 'runStarted':
        return this.#start(tally, event.run);
      case 'attemptFailed':
        return void tally.retries++;
      case 'runFinished':
      case 'runSkipped':
        return this.#end(tally, event.run);
    }
  }

  /** By the time an event is heard, its task may be gone again; an update may give it another group. */
  #know(name: string): void {
    if (!this.#registry.has(name)) return;
    const group = this.#registry.get(name).group ?? '';
    if (this.#byTask.get(name)?.group === group) return;
    this.#forget(name);
    const tally = newTally(name, group);
    this.#byTask.set(name, tally);
    this.#measures.added(tally);
  }

  #forget(name: string): void {
    const tally = this.#byTask.get(name);
    if (tally === undefined || this.#isAnotherOne(name, tally)) return;
    this.#byTask.delete(name);
    this.#measures.removed(tally);
  }

  /** A task may have been removed and added again before anybody hears of it. */
  #isAnotherOne(name: string, { group }: TaskTally): boolean {
    return this.#registry.has(name) && (this.#registry.get(name).group ?? '') === group;
  }

  #start(tally: TaskTally, { cause, startedAt, dueAt }: Run): void {
    // How long nothing ran says nothing of how late what runs does start.
    if (cause === 'catchUp') return;
    this.#measures.started(tally, secondsFrom(dueAt, startedAt!));
  }

  #end(tally: TaskTally, { cause, startedAt, endedAt, outcome }: FinishedRun): void {
    if (outcome.kind === 'skipped') {
      tally.skips[outcome.reason] += outcome.count;
      return;
    }
    tally.runs[cause][outcome.kind]++;
    if (outcome.kind === 'success') tally.lastSuccessAt = endedAt;
    if (startedAt !== null) this.#measures.ended(tally, secondsFrom(startedAt, endedAt), outcome);
  }
}

/** A wall clock may be set back in between. */
function secondsFrom(since: number, until: number): number {
  return Math.max(until - since, 0) / 1_000;
}
