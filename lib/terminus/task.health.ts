import type { EventOf, StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';

/** A task whose latest run started late, or waits too long. */
export interface LateTask {
  readonly task: string;
  readonly lateByMs: number;
}

/** A task whose runs fail. */
export interface FailingTask {
  readonly task: string;
  /** How many in a row. */
  readonly failures: number;
}

interface TaskState {
  failures: number;
  /** Of the latest scheduled run. */
  lateByMs: number;
  /** When they were to start, by run: what waits for an earlier run, or for a limit. */
  readonly waiting: Map<string, number>;
}

/** Remembers of each task what its latest runs say of its health. */
export class TaskHealth {
  readonly #isThere: (taskName: string) => boolean;
  readonly #tasks = new Map<string, TaskState>();
  /** Runs that were to start later than they were due. */
  readonly #jittered = new Set<string>();
  #isEngineDown = false;

  /** @param isThere whether there is a task of a name: what one that was removed still does says nothing. */
  constructor(isThere: (taskName: string) => boolean) {
    this.#isThere = isThere;
  }

  /** Whether the server that processes share does not work. */
  get isEngineDown(): boolean {
    return this.#isEngineDown;
  }

  hear(event: StsEvent): void {
    switch (event.type) {
      case 'runWaiting':
        return this.#wait(event);
      case 'runStarted':
        return this.#start(event.run);
      case 'runSkipped':
      case 'runFinished':
        return this.#end(event.run, event.at);
      case 'runLeft':
        return this.#leave(event.run);
      case 'taskRemoved':
        return void this.#tasks.delete(event.taskName);
      case 'engineFailed':
        return void (this.#isEngineDown = true);
      case 'engineRecovered':
        return void (this.#isEngineDown = false);
    }
  }

  /** @param now epoch ms. */
  late(now: number, lateAfterMs: number): readonly LateTask[] {
    return [...this.#tasks]
      .map(([task, { lateByMs, waiting }]) => {
        const waits = [...waiting.values()].map(dueAt => now - dueAt);
        return { task, lateByMs: Math.max(lateByMs, ...waits) };
      })
      .filter(({ lateByMs }) => lateByMs > lateAfterMs);
  }

  failing(least: number): readonly FailingTask[] {
    return [...this.#tasks]
      .map(([task, { failures }]) => ({ task, failures }))
      .filter(({ failures }) => failures >= least);
  }

  #wait({ run: { id, taskName, cause, dueAt }, waitsFor, at }: EventOf<'runWaiting'>): void {
    if (cause !== 'schedule' || !this.#isThere(taskName)) return;
    const { waiting } = this.#of(taskName);
    if (waitsFor === 'jitter') this.#jittered.add(id);
    // Its jitter is over when it begins to wait for anything else; it may wait for a limit after that.
    else if (!waiting.has(id)) waiting.set(id, this.#jittered.has(id) ? at : dueAt);
  }

  /** What was caught up is late by its nature, and a run by hand is never late. */
  #start({ id, taskName, cause, dueAt, startedAt }: Run): void {
    if (cause !== 'schedule' || !this.#isThere(taskName)) return;
    const state = this.#of(taskName);
    const wasToStartAt = this.#jittered.has(id) ? startedAt! : dueAt;
    state.lateByMs = startedAt! - (state.waiting.get(id) ?? wasToStartAt);
    state.waiting.delete(id);
  }

  #end(run: FinishedRun, at: number): void {
    this.#leave(run);
    const { taskName, cause, outcome, dueAt } = run;
    if (!this.#isThere(taskName)) return;
    const state = this.#of(taskName);
    switch (outcome.kind) {
      case 'success':
        state.failures = 0;
        return;
      case 'failure':
      case 'timeout':
      case 'abandoned':
        // Whoever asked for it hears of it, and may never ask again.
        if (cause !== 'manual') state.failures++;
        return;
      case 'skipped':
        if (outcome.reason === 'misfire') state.lateByMs = at - dueAt;
        return;
      case 'cancelled':
    }
  }

  #leave({ id, taskName }: Run): void {
    this.#jittered.delete(id);
    this.#tasks.get(taskName)?.waiting.delete(id);
  }

  #of(taskName: string): TaskState {
    const known = this.#tasks.get(taskName);
    if (known !== undefined) return known;
    const state = { failures: 0, lateByMs: 0, waiting: new Map<string, number>() };
    this.#tasks.set(taskName, state);
    return state;
  }
}
