import { isOfInstant } from '../run/merged.skip.js';
import type { DurableMemory } from '../run/durable.memory.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { ActiveRun } from './active.run.js';

/** What counting uses and tells. */
export interface RunCountsHost {
  readonly memory: DurableMemory;
  /** Is called when a task has had its last run. */
  readonly onLastRun: (task: TaskDefinition) => void;
  /** Is called when one of them did not start after all, so that the task is due again. */
  readonly onMoreRuns: (task: TaskDefinition) => void;
}

interface Count {
  accepted: number;
  /** What an earlier process counted included. */
  started: number;
}

/** The key under which the counts are saved. */
const KEY = 'runs';
/** Of tasks that are there no more, too. */
const MOST = 10_000;

/** How many runs the tasks with `maxRuns` have had: what was accepted and never started does not count in the end. */
export class RunCounts {
  readonly #host: RunCountsHost;
  readonly #counts = new Map<string, Count>();

  constructor(host: RunCountsHost) {
    this.#host = host;
  }

  /** Takes up what an earlier process left. */
  async restore(): Promise<void> {
    const saved = await this.#host.memory.ask(async durable => read(await durable.load(KEY)));
    for (const [taskName, started] of saved ?? []) {
      if (!this.#counts.has(taskName)) this.#counts.set(taskName, { accepted: started, started });
    }
  }

  isDone({ name, maxRuns }: TaskDefinition): boolean {
    return maxRuns !== null && (this.#counts.get(name)?.accepted ?? 0) >= maxRuns;
  }

  /** A run was accepted. */
  add(run: ActiveRun): void {
    if (run.task.maxRuns === null || !isOfInstant(run)) return;
    const count = this.#counts.get(run.task.name) ?? { accepted: 0, started: 0 };
    this.#counts.set(run.task.name, count);
    run.isCounted = true;
    count.accepted++;
  }

  started(run: ActiveRun): void {
    if (!run.isCounted || run.lane!.isRemoved) return;
    this.#counts.get(run.task.name)!.started++;
    this.#save();
  }

  /** Tells of a run that was accepted if it was the last one. */
  tellIfLast({ isCounted, task }: ActiveRun): void {
    if (isCounted && this.#counts.get(task.name)?.accepted === task.maxRuns) this.#host.onLastRun(task);
  }

  /** A run has ended: it may never have started. */
  ended({ isCounted, hasStarted, lane, task }: ActiveRun): void {
    if (!isCounted || hasStarted || lane!.isRemoved) return;
    const wasDone = this.isDone(task);
    this.#counts.get(task.name)!.accepted--;
    if (wasDone) this.#host.onMoreRuns(task);
  }

  /** A task that takes the name later begins anew. */
  forget(taskName: string): void {
    if (this.#counts.delete(taskName)) this.#save();
  }

  #save(): void {
    this.#host.memory.saveSoon(KEY, () =>
      [...this.#counts].slice(-MOST).map(([taskName, { started }]) => [taskName, started]),
    );
  }
}

/** @throws {TypeError} for what was not saved here. */
function read(saved: unknown): readonly (readonly [string, number])[] {
  const counts = (saved ?? []) as readonly (readonly [string, number])[];
  return counts.map(([taskName, started]) => [taskName, started]);
}
