import type { Submission } from '../engine/engine.js';
import { submissionOf } from '../engine/missed.instants.js';
import type { FinishedRun, Run } from '../run/run.js';
import type { DurableState } from '../run/run.store.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { caughtUp, type CatchUpHost } from './catch.up.js';

export interface RecoveryHost extends CatchUpHost {
  /** `undefined` when the store forgets all with the process. */
  readonly durable: DurableState | undefined;
  readonly submit: (submission: Submission) => unknown;
}

/** Takes up what an earlier process left: runs that it did not end, and instants that nobody saw. */
export class Recovery {
  readonly #host: RecoveryHost;

  constructor(host: RecoveryHost) {
    this.#host = host;
  }

  /** Before the start: the runs during which their process died are abandoned. `now` is epoch ms. */
  async abandonUnfinished(now: number): Promise<void> {
    const { record } = this.#host;
    const unfinished = await this.#ask(now, durable => durable.unfinished());
    for (const run of unfinished ?? []) record({ type: 'runFinished', at: now, run: abandoned(run, now) });
  }

  /**
   * At the start: submits what follows from the instants of a task since its latest record, until `now` (epoch ms).
   *
   * @param isStill whether the task is still there, and the scheduler still starts.
   */
  async catchUp(task: TaskDefinition, now: number, isStill: () => boolean): Promise<void> {
    const from = await this.#ask(now, durable => durable.lastDueAt(task.name));
    // A task that is seen for the first time has missed nothing.
    if (from === null || from === undefined || from >= now || !isStill()) return;
    // All at once, so that each has its record before anything else can happen.
    for (const ruling of caughtUp(task, { from, until: now }, this.#host)) {
      void this.#host.submit(submissionOf(task, 'catchUp', ruling));
    }
  }

  /** A store that fails costs what it knows, and never the start. */
  async #ask<T>(now: number, question: (durable: DurableState) => T | Promise<T>): Promise<T | undefined> {
    const { durable, record } = this.#host;
    if (durable === undefined) return undefined;
    try {
      return await question(durable);
    } catch (error) {
      record({ type: 'storeFailed', at: now, error });
      return undefined;
    }
  }
}

function abandoned(run: Run, now: number): FinishedRun {
  return { ...run, endedAt: now, outcome: { kind: 'abandoned', reason: 'crash' } };
}
