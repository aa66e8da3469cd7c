import { setImmediate as turn } from 'node:timers/promises';
import type { Engine, Submission } from '../engine/engine.js';
import { submissionOf, type Ruling } from '../engine/missed.instants.js';
import type { DurableMemory } from '../run/durable.memory.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { Cause, FinishedRun, Run } from '../run/run.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { caughtUp, shareOf, type CatchUpHost, type Downtime } from './catch.up.js';
import { waitedRulings } from './waited.runs.js';
import type { Watch } from './watch.js';

export interface RecoveryHost extends CatchUpHost {
  readonly memory: DurableMemory;
  readonly watch: Watch;
  readonly submit: (submission: Submission) => unknown;
  /** Counts an instant that an earlier process accepted, and that ends here. */
  readonly inherit: (run: Run) => void;
  readonly engine: Pick<Engine, 'isDone' | 'isGoing'>;
}

/** Takes up what an earlier process left: runs that it did not end, and instants that nobody saw. */
export class Recovery {
  readonly #host: RecoveryHost;
  /** Runs of due instants that were accepted and had not started, by task. */
  #waited = new Map<string, Run[]>();

  constructor(host: RecoveryHost) {
    this.#host = host;
  }

  /**
   * Before the start: the runs during which their process died are abandoned.
   *
   * @param isCurrent whether the scheduler still starts.
   */
  async begin(isCurrent: () => boolean): Promise<void> {
    const { memory, watch, engine } = this.#host;
    if (!memory.isDurable) return;
    memory.renewPatience();
    const unfinished = (await memory.ask(durable => durable.unfinished())) ?? [];
    await watch.restore();
    if (!isCurrent()) return;
    this.#waited = new Map();
    for (const run of unfinished) {
      // Runs by hand may have begun before the start.
      if (engine.isGoing(run.id)) continue;
      if (run.startedAt !== null) this.#end(run, { kind: 'abandoned', reason: 'crash' });
      else if (isOfInstant(run)) this.#waited.set(run.taskName, [...this.#waitedOf(run.taskName), run]);
      else this.#endWaited(run);
    }
  }

  /**
   * Submits what follows from the instants that these tasks have missed, until `now` (epoch ms).
   *
   * @param isWanted whether a task is still there, and the scheduler goes on.
   */
  async catchUp(
    tasks: readonly TaskDefinition[],
    now: number,
    isWanted: (task: TaskDefinition) => boolean,
  ): Promise<void> {
    const { memory, watch } = this.#host;
    if (!memory.isDurable) return;
    // All is read before anything is written: what is asked waits for what was.
    const missed: (readonly [TaskDefinition, number])[] = [];
    for (const task of tasks) {
      const from = await watch.missedSince(task.name, now);
      // A task that is seen for the first time has missed nothing.
      if (from !== null) missed.push([task, from]);
    }
    const most = shareOf(missed.filter(([{ misfire }]) => misfire === 'all').length);
    for (const [task, from] of missed) {
      const downtime = { from, until: now, most };
      if (isWanted(task) && this.#catchUp(task, downtime, () => isWanted(task))) await turn();
    }
  }

  /** What waited for tasks that are not there any more. */
  endTheRest(): void {
    this.#host.memory.renewPatience();
    for (const runs of this.#waited.values()) runs.forEach(run => this.#endWaited(run));
    this.#waited = new Map();
  }

  /** All of a task at once, before the next one. @returns whether there was anything. */
  #catchUp(task: TaskDefinition, downtime: Downtime, isWanted: () => boolean): boolean {
    const waited = this.#waitedOf(task.name);
    this.#waited.delete(task.name);
    const missed = this.#host.engine.isDone(task) ? [] : caughtUp(task, downtime, this.#host);
    const isRunLater = missed.some(({ verdict }) => verdict.kind === 'run');
    const rulings = waitedRulings(task, waited, { now: downtime.until, isRunLater }, this.#host);
    for (const [i, run] of waited.entries()) {
      if (!this.#submit(task, run.cause, rulings[i]!, isWanted)) this.#endWaited(run);
    }
    for (const ruling of missed) this.#submit(task, 'catchUp', ruling, isWanted);
    return waited.length + missed.length > 0;
  }

  /** What would come after the last run that a task may have is not due. @returns whether it was. */
  #submit(task: TaskDefinition, cause: Cause, ruling: Ruling, isWanted: () => boolean): boolean {
    const { submit, engine } = this.#host;
    if (!isWanted() || (ruling.verdict.kind === 'run' && engine.isDone(task))) return false;
    void submit(submissionOf(task, cause, ruling));
    return true;
  }

  #waitedOf(taskName: string): readonly Run[] {
    return this.#waited.get(taskName) ?? [];
  }

  #endWaited(run: Run): void {
    const detail = 'it waited when its process ended';
    this.#end(run, { kind: 'skipped', reason: 'down', count: 1, lastDueAt: run.dueAt, detail });
  }

  #end(run: Run, outcome: FinishedRun['outcome']): void {
    const { inherit, record, clock } = this.#host;
    inherit(run);
    const type = outcome.kind === 'skipped' ? 'runSkipped' : 'runFinished';
    record({ type, at: clock.now(), run: { ...run, endedAt: clock.now(), outcome } });
  }
}
