import { ActiveRun } from '../engine/active.run.js';
import type { EngineHost } from '../engine/shared.engine.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { FinishedRun } from '../run/run.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { stateOf, type RunJob } from './run.job.js';
import { TakenRun } from './taken.run.js';

export interface TakenRunsHost extends Pick<EngineHost, 'clock' | 'record' | 'node' | 'onTaken' | 'onLost'> {
  /** Is called when an outcome is recorded. */
  readonly onEnded: (run: FinishedRun) => void;
}

/** The runs that go on in this process, until they are recorded, put back or lost. Only what is recorded is told. */
export class TakenRuns {
  readonly #host: TakenRunsHost;
  /** By job, as it was taken: another taking of the same job is another object. */
  readonly #taken = new Map<object, TakenRun>();
  readonly #going = new Set<ActiveRun>();

  constructor(host: TakenRunsHost) {
    this.#host = host;
  }

  take(job: RunJob, token: string, known: TaskDefinition | undefined): TakenRun {
    const { id, cause, dueAt, payload } = job.data;
    const task = known ?? unknownTask(job.name);
    const submission = { id, task, cause, dueAt, payload, verdict: { kind: 'run' } } as const;
    const run = new ActiveRun(submission, this.#host.node);
    const state = stateOf(job);
    if (state !== undefined) run.resume(state);
    const taken = new TakenRun(job, token, { run, submission });
    this.#taken.set(job, taken);
    this.#going.add(run);
    this.#host.onTaken(submission);
    return taken;
  }

  get(job: object): TakenRun | undefined {
    return this.#taken.get(job);
  }

  hasJob(jobId: string): boolean {
    for (const { job } of this.#taken.values()) if (job.id === jobId) return true;
    return false;
  }

  all(): readonly ActiveRun[] {
    return [...this.#going];
  }

  /** Those whose handlers are at work. */
  working(): readonly TakenRun[] {
    return [...this.#taken.values()].filter(({ run }) => run.workingSince !== null);
  }

  find(runId: string): ActiveRun | undefined {
    for (const run of this.#going) if (run.id === runId) return run;
    return undefined;
  }

  active(taskName: string): number {
    return this.all().filter(({ task, hasStarted }) => hasStarted && task.name === taskName).length;
  }

  ofInstants(): number {
    return this.all().filter(isOfInstant).length;
  }

  atWork(since: number): readonly string[] {
    const working = this.all().filter(({ workingSince }) => (workingSince ?? Infinity) <= since);
    return working.map(({ task }) => task.name);
  }

  /** Its outcome is recorded: only now it is told. */
  recorded({ job, run, ending }: TakenRun): void {
    this.#forget(job, run);
    const { outcome, endedAt } = ending!;
    const finished = run.end(outcome, endedAt);
    const type = outcome.kind === 'skipped' ? 'runSkipped' : 'runFinished';
    this.#host.record({ type, at: this.#host.clock.now(), run: finished });
    run.announce(finished);
    this.#host.onEnded(finished);
  }

  /** It waits for its next attempt, wherever that will be. */
  putBack(taken: TakenRun): void {
    this.#host.onLost(taken.submission);
    this.#release(taken);
  }

  /** Of a run that has ended, the answer to that tells whose it is: its lock may be gone because of it. */
  loseJobs(jobIds: readonly string[]): void {
    for (const taken of this.#taken.values()) {
      if (taken.ending === undefined && jobIds.includes(taken.job.id!)) this.lose(taken);
    }
  }

  loseAll(): void {
    for (const taken of this.#taken.values()) this.lose(taken);
  }

  /** Its lock is gone. */
  lose(taken: TakenRun | undefined): void {
    if (taken === undefined || taken.isLost) return;
    taken.isLost = true;
    const { run, submission } = taken;
    this.#host.onLost(submission);
    this.#host.record({ type: 'runLost', at: this.#host.clock.now(), run: run.snapshot() });
    run.cancel('lost');
    this.#release(taken);
  }

  /** It goes on elsewhere: whoever waits for this process to end it need not wait. */
  #release({ job, run }: TakenRun): void {
    this.#forget(job, run);
    run.announce(run.end({ kind: 'cancelled', reason: 'released' }, this.#host.clock.now()));
  }

  #forget(job: RunJob, run: ActiveRun): void {
    this.#taken.delete(job);
    this.#going.delete(run);
  }
}

/** A run of a task that no process knows any more ends all the same. */
function unknownTask(name: string): TaskDefinition {
  return { name, group: null, shutdownGraceMs: 0, shutdownOrder: 0 } as TaskDefinition;
}
