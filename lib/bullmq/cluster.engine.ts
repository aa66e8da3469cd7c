import { DelayedError, UnrecoverableError, Worker } from 'bullmq';
import { ActiveRun } from '../engine/active.run.js';
import { Attempts } from '../engine/attempts.js';
import { Drain } from '../engine/drain.js';
import type { ClusterNode, Engine, StopOptions, Submission, SubmittedRun } from '../engine/engine.js';
import type { EngineHost } from '../engine/shared.engine.js';
import { InvalidPayloadError, UnsupportedByEngineError } from '../errors.js';
import { DurableMemory } from '../run/durable.memory.js';
import type { Outcome } from '../run/outcome.js';
import { isOfInstant } from '../run/merged.skip.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { AwaitedRuns } from './awaited.runs.js';
import { isLost, workerBackend } from './backend.js';
import type { ClusterSettings } from './bullmq.options.js';
import { claimOf } from './claim.js';
import { RUNS, type Connections } from './connections.js';
import { HeldBack } from './held.back.js';
import { Nodes } from './nodes.js';
import { refuseUnsupported, refuseUnsupportedGroups } from './refusals.js';
import { compact, jobIdOf, stateOf, type RunJob, type RunOrder, type RunResult } from './run.job.js';
import { instantsOf } from './single.instants.js';
import { Submitter } from './submitter.js';
import { TakenRun, textOf, type Progress } from './taken.run.js';

type RunWorker = Worker<RunOrder, RunResult>;

/** As many runs as a process takes unless the module's `concurrency` says otherwise: BullMQ needs a number. */
const MOST_RUNS = 1_000;
const CANCEL_GRACE_MS = 5_000;
/** How long after a drain its records may take: Redis may be away. */
const RECORDS_MS = 2_000;
const REPEAT_MS = 1_000;

/** Runs are jobs of BullMQ: each process submits every instant, and one of them takes it. Only what is recorded is told. */
export class ClusterEngine implements Engine {
  readonly #settings: ClusterSettings;
  readonly #connections: Connections;
  readonly #host: EngineHost;
  readonly #submitter: Submitter;
  readonly #heldBack: HeldBack;
  readonly #awaited: AwaitedRuns;
  readonly #nodes: Nodes;
  readonly #attempts: Attempts;
  /** By job and token. */
  readonly #taken = new Map<string, TakenRun>();
  /** What goes on here, until it is recorded, put back or lost. */
  readonly #going = new Set<ActiveRun>();
  readonly #takenOf = new WeakMap<ActiveRun, TakenRun>();
  /** Runs whose handlers work here, lost ones included, by id. */
  readonly #busy = new Set<string>();
  #worker: RunWorker | undefined;
  #startedAt = 0;
  #drain: Drain | undefined;
  #stopping: Promise<void> | undefined;
  #isStopping = false;

  constructor(settings: ClusterSettings, connections: Connections, host: EngineHost) {
    refuseUnsupportedGroups(host);
    this.#settings = settings;
    this.#connections = connections;
    this.#host = host;
    const { clock, record, node } = host;
    // The server knows of each start by itself.
    const memory = new DurableMemory({ durable: undefined, clock, record });
    this.#submitter = new Submitter({ connections, clock, keepForMs: settings.keepForMs });
    this.#heldBack = new HeldBack(clock, submission => this.#bring(submission));
    this.#awaited = new AwaitedRuns({ connections, clock });
    this.#nodes = new Nodes({ connections, clock, record, node });
    this.#attempts = new Attempts({
      ...host,
      memory,
      mayRetry: () => true,
      onEnd: (run, outcome) => this.#progress(run, { kind: 'ended', outcome }),
      onRetry: (run, retryAt) => this.#progress(run, { kind: 'retry', retryAt }),
    });
  }

  check(task: TaskDefinition): void {
    refuseUnsupported(task, this.#settings.keepForMs);
  }

  async start(): Promise<void> {
    if (this.#worker !== undefined) return;
    const opened = await this.#connections.open();
    await this.#warnOfEviction();
    this.#submitter.reopen();
    await this.#nodes.join();
    this.#isStopping = false;
    this.#startedAt = this.#host.clock.now();
    const { lockMs, prefix } = this.#settings;
    const worker: RunWorker = new Worker(
      RUNS,
      (job, token) => this.#process(job, token!),
      {
        connection: opened.consumer,
        prefix,
        name: this.#host.node,
        concurrency: this.#host.limits.process ?? MOST_RUNS,
        lockDuration: lockMs,
        lockRenewTime: Math.round(lockMs / 3),
        stalledInterval: Math.min(5_000, Math.round(lockMs / 2)),
        // A run may be unlucky; one that kills each process that takes it ends at last.
        maxStalledCount: 3,
        runRetryDelay: REPEAT_MS,
        drainDelay: 1,
      },
      workerBackend({
        stackOf: (jobId, token) => this.#taken.get(keyOf(jobId, token))?.stack(null),
        recorded: (jobId, token) => this.#recorded(jobId, token),
        lost: (jobId, token) => this.#lose(this.#taken.get(keyOf(jobId, token))),
      }),
    );
    worker.on('error', error => this.#failed(error));
    worker.on('lockRenewalFailed', jobIds => this.#loseAll(jobIds));
    this.#worker = worker;
  }

  submit(submission: Submission): SubmittedRun | Promise<SubmittedRun> {
    const { clock } = this.#host;
    const { id, verdict, dueAt } = submission;
    const submitted: SubmittedRun = { id, finished: () => this.#awaited.finished(id) };
    if (isOfInstant(submission)) {
      const single = instantsOf(submission, clock.now() - this.#settings.keepForMs);
      for (const each of single) {
        const delayMs = verdict.kind === 'run' ? (verdict.delayMs ?? 0) : 0;
        const holdUntil = delayMs > 0 ? dueAt + delayMs : this.#heldBack.untilOf(each);
        if (!this.#heldBack.hold(each, holdUntil)) this.#bring(each);
      }
      return submitted;
    }
    refuseUnkept(submission);
    return this.#submitter.submit(submission).then(() => submitted);
  }

  /** The latest instant up to `until` (epoch ms) up to which every submission is acknowledged. */
  submittedUntil(until: number): number {
    return Math.min(until, Math.min(this.#submitter.earliest, this.#heldBack.earliest) - 1);
  }

  active(taskName: string): number {
    return [...this.#going].filter(({ task, hasStarted }) => hasStarted && task.name === taskName).length;
  }

  waiting(): number {
    return 0;
  }

  going(): number {
    return [...this.#going].filter(isOfInstant).length;
  }

  atWork(since: number): readonly string[] {
    const working = [...this.#going].filter(({ workingSince }) => (workingSince ?? Infinity) <= since);
    return working.map(({ task }) => task.name);
  }

  isDone(): boolean {
    return false;
  }

  isGoing(runId: string): boolean {
    return [...this.#going].some(({ id }) => id === runId);
  }

  async cancel(runId: string, reason: string): Promise<boolean> {
    const run = [...this.#going].find(({ id }) => id === runId);
    if (run !== undefined) return this.#cancel(run, reason);
    const { runs } = await this.#connections.opened();
    const job = await runs.getJob(jobIdOf(runId));
    if (job === undefined || job.finishedOn !== undefined) return false;
    throw unsupported('SchedulerRegistry.cancel() of a run that does not run in this process');
  }

  pause(): void {
    throw unsupported('SchedulerRegistry.pause()');
  }

  resume(): void {
    throw unsupported('SchedulerRegistry.resume()');
  }

  paused(): null {
    return null;
  }

  /** What was submitted belongs to all processes: another one may know the task. */
  remove(): void {}

  nodes(): Promise<readonly ClusterNode[]> {
    return this.#nodes.list();
  }

  /** Takes no more runs: others do, or the next process. What runs has its time. */
  stop(options: StopOptions): Promise<void> {
    if (this.#stopping !== undefined) {
      if (options.running === 'abort') this.#drain?.hasten();
      return this.#stopping;
    }
    if (this.#worker === undefined) return Promise.resolve();
    this.#isStopping = true;
    this.#drain = new Drain(() => [...this.#going], options, this.#host);
    this.#stopping = this.#stop(this.#worker, options).finally(() => {
      this.#stopping = undefined;
      this.#drain = undefined;
    });
    return this.#stopping;
  }

  /** Comes when the app has closed. */
  async close(settled: () => Promise<void>): Promise<void> {
    this.#heldBack.flush();
    await this.#inTime(this.#submitter.settled(), RECORDS_MS);
    this.#submitter.close();
    await this.#inTime(settled(), RECORDS_MS);
    this.#awaited.close();
    await this.#connections.end();
  }

  async #stop(worker: RunWorker, options: StopOptions): Promise<void> {
    void worker.pause(true);
    await this.#inTime(this.#drain!.finished(), options.timeoutMs + RECORDS_MS);
    // Their outcomes could not be recorded: another process takes them over.
    for (const taken of this.#taken.values()) this.#lose(taken);
    await this.#inTime(worker.close(), RECORDS_MS);
    this.#worker = undefined;
    await this.#inTime(this.#nodes.leave(), RECORDS_MS);
  }

  /** An instant waits for Redis as long as it takes. */
  #bring(submission: Submission): void {
    this.#submitter.submit(submission).catch((error: unknown) => this.#connections.failed(error));
  }

  async #process(job: RunJob, token: string): Promise<RunResult> {
    const { clock, find } = this.#host;
    const ageMs = clock.now() - (job.processedOn ?? 0);
    if (ageMs > this.#settings.lockMs / 2 && !(await this.#holds(job, token))) throw new DelayedError();
    const claim = claimOf(job, {
      now: clock.now(),
      startedAt: this.#startedAt,
      keepForMs: this.#settings.keepForMs,
      find,
      isBusy: runId => this.#busy.has(runId),
    });
    if (this.#isStopping && claim.kind === 'run') return this.#putBack(job, token, { at: clock.now() });
    if (claim.kind === 'later') return this.#putBack(job, token, { at: claim.at });
    const taken = this.#take(job, token, claim.kind === 'run' ? claim.task : find(job.name));
    if (claim.kind === 'run') this.#busy.add(job.data.id);
    const progress = claim.kind === 'run' ? await this.#execute(taken) : claimed(claim.outcome);
    // Whatever its handler says, another process has it.
    if (taken.isLost) throw new DelayedError();
    if (progress.kind === 'retry') return this.#retryLater(taken, progress.retryAt);
    // The same instant as that of its last attempt.
    const endedAt = taken.run.snapshot().attempts.at(-1)?.endedAt ?? clock.now();
    taken.ending = { outcome: progress.outcome, endedAt };
    if (isFailure(progress.outcome)) throw new UnrecoverableError(textOf(progress.outcome).split('\n')[0]!);
    return compact(taken.state(null));
  }

  /** A process that was stopped between taking a job and this call may have lost it meanwhile. */
  async #holds(job: RunJob, token: string): Promise<boolean> {
    try {
      return (await job.extendLock(token, this.#settings.lockMs)) === 1;
    } catch (error) {
      this.#failed(error as Error);
      return false;
    }
  }

  #take(job: RunJob, token: string, known: TaskDefinition | undefined): TakenRun {
    const { id, cause, dueAt, payload } = job.data;
    const task = known ?? unknownTask(job.name);
    const submission = { id, task, cause, dueAt, payload, verdict: { kind: 'run' } } as const;
    const run = new ActiveRun(submission, this.#host.node);
    const state = stateOf(job);
    if (state !== undefined) run.resume(state);
    const taken = new TakenRun(job, token, { run, submission });
    this.#taken.set(keyOf(job.id!, token), taken);
    this.#takenOf.set(run, taken);
    this.#going.add(run);
    this.#host.onTaken(submission);
    return taken;
  }

  async #execute(taken: TakenRun): Promise<Progress> {
    const { run } = taken;
    try {
      return await new Promise<Progress>(resolve => {
        taken.onProgress = resolve;
        this.#attempts.start(run);
      });
    } finally {
      this.#busy.delete(run.id);
      // Only its record is awaited now.
      run.enter({ isWait: true, cancel: () => undefined, giveUp: () => undefined });
    }
  }

  #progress(run: ActiveRun, progress: Progress): void {
    this.#takenOf.get(run)?.onProgress(progress);
  }

  async #retryLater(taken: TakenRun, retryAt: number): Promise<never> {
    const { job, token } = taken;
    try {
      return await this.#putBack(job, token, { at: retryAt, stacktrace: taken.stack(retryAt) });
    } catch (error) {
      if (error instanceof DelayedError && !taken.isLost) {
        this.#host.onLost(taken.submission);
        this.#release(taken);
      }
      throw error;
    }
  }

  /** Gives a job back, to be taken at an instant (epoch ms). It always throws what BullMQ wants to see then. */
  async #putBack(
    job: RunJob,
    token: string,
    { at, stacktrace }: { at: number; stacktrace?: string },
  ): Promise<never> {
    const backend = this.#worker!.getBackend();
    const fieldsToUpdate = stacktrace === undefined ? undefined : { stacktrace };
    for (;;) {
      const now = this.#host.clock.now();
      try {
        const options = { skipAttempt: true, ...(fieldsToUpdate && { fieldsToUpdate }) };
        await backend.moveToDelayed(job.id!, now, Math.max(at - now, 0), token, options);
        throw new DelayedError();
      } catch (error) {
        if (error instanceof DelayedError) throw error;
        const taken = this.#taken.get(keyOf(job.id!, token));
        if (isLost(error)) this.#lose(taken);
        if (isLost(error) || taken?.isLost === true || backend.closing !== undefined)
          throw new DelayedError();
        this.#connections.failed(error);
        await new Promise<void>(resolve => void this.#host.clock.after(REPEAT_MS, resolve));
      }
    }
  }

  /** Its outcome is recorded: only now it is told. */
  #recorded(jobId: string, token: string): void {
    const taken = this.#taken.get(keyOf(jobId, token));
    if (taken?.ending === undefined) return;
    this.#connections.worked();
    const { run, ending } = taken;
    this.#forget(taken);
    const finished = run.end(ending.outcome, ending.endedAt);
    const type = ending.outcome.kind === 'skipped' ? 'runSkipped' : 'runFinished';
    this.#host.record({ type, at: this.#host.clock.now(), run: finished });
    run.announce(finished);
    this.#awaited.settle(finished);
  }

  #loseAll(jobIds: readonly string[]): void {
    for (const taken of this.#taken.values()) if (jobIds.includes(taken.job.id!)) this.#lose(taken);
  }

  /** Its lock is gone. */
  #lose(taken: TakenRun | undefined): void {
    if (taken === undefined || taken.isLost) return;
    taken.isLost = true;
    const { run, submission } = taken;
    this.#host.onLost(submission);
    this.#host.record({ type: 'runLost', at: this.#host.clock.now(), run: run.snapshot() });
    run.cancel('lost');
    this.#release(taken);
  }

  /** It goes on elsewhere: whoever waits for this process to end it need not wait. */
  #release(taken: TakenRun): void {
    this.#forget(taken);
    const released = taken.run.end({ kind: 'cancelled', reason: 'released' }, this.#host.clock.now());
    taken.run.announce(released);
  }

  #forget(taken: TakenRun): void {
    this.#taken.delete(keyOf(taken.job.id!, taken.token));
    this.#going.delete(taken.run);
  }

  #cancel(run: ActiveRun, reason: string): boolean {
    run.cancel(reason);
    if (run.hasEnded || run.isCancelled) return true;
    run.isCancelled = true;
    run.onEnd(this.#host.clock.after(CANCEL_GRACE_MS, () => run.giveUp({ kind: 'cancelled', reason })));
    return true;
  }

  /** What is said of locks is told as lost runs. */
  #failed(error: Error): void {
    if (isLost(error) || error.message.startsWith('could not renew lock')) return;
    this.#connections.failed(error);
  }

  async #warnOfEviction(): Promise<void> {
    const { producer } = await this.#connections.opened();
    const info = await producer.info('memory').catch(() => '');
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
    if (policy === 'noeviction') return;
    const message = `Redis may evict records (maxmemory-policy ${policy}), and an instant whose record is gone may run twice: set it to noeviction`;
    this.#host.record({ type: 'engineWarned', at: this.#host.clock.now(), message });
  }

  async #inTime(work: Promise<unknown>, ms: number): Promise<void> {
    let disarm = () => {};
    const late = new Promise<void>(resolve => {
      disarm = this.#host.clock.after(ms, resolve, { keepAlive: true });
    });
    await Promise.race([work.catch((error: unknown) => this.#connections.failed(error)), late]);
    disarm();
  }
}

function keyOf(jobId: string, token: string): string {
  return `${jobId} ${token}`;
}

function claimed(outcome: Outcome): Progress {
  return { kind: 'ended', outcome };
}

/** What BullMQ's tools show as failed. */
function isFailure({ kind }: Outcome): boolean {
  return kind === 'failure' || kind === 'timeout' || kind === 'abandoned';
}

/** A run of a task that no process knows any more ends all the same. */
function unknownTask(name: string): TaskDefinition {
  return { name, group: null, shutdownGraceMs: 0, shutdownOrder: 0 } as TaskDefinition;
}

/** @throws {InvalidPayloadError} for what JSON cannot hold: another process may take the run. */
function refuseUnkept({ task, payload }: Submission): void {
  try {
    JSON.stringify(payload);
  } catch (error) {
    throw new InvalidPayloadError(task.name, [
      `it must be JSON, so that any process can take it: ${String(error)}`,
    ]);
  }
}

function unsupported(what: string): UnsupportedByEngineError {
  return new UnsupportedByEngineError(what, 'bullmq', 'It works in one process only, for now.');
}
