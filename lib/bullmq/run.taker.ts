import { Attempts } from '../engine/attempts.js';
import type { EngineHost } from '../engine/shared.engine.js';
import type { ActiveRun } from '../engine/active.run.js';
import { DurableMemory } from '../run/durable.memory.js';
import type { Outcome } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { ClusterSettings } from './bullmq.options.js';
import { claimOf, skippedAs, type Claim } from './claim.js';
import type { ClusterPauses } from './cluster.pauses.js';
import type { ClusterThresholds } from './cluster.thresholds.js';
import type { Connections } from './connections.js';
import type { JobEnd } from './job.end.js';
import { holds, putBack, type JobLockHost, type LockedJob } from './job.lock.js';
import { Leases } from './leases.js';
import { skipOf, type RunJob } from './run.job.js';
import { TakingWorker } from './taking.worker.js';
import type { ServerClock } from './server.clock.js';
import type { TakenRun, Progress } from './taken.run.js';
import { textOf } from './taken.run.js';
import type { TakenRuns } from './taken.runs.js';
import type { Turn, Turns } from './turns.js';

export interface RunTakerHost {
  readonly settings: ClusterSettings;
  readonly connections: Connections;
  readonly host: EngineHost;
  readonly taken: TakenRuns;
  readonly serverClock: ServerClock;
  readonly pauses: ClusterPauses;
  readonly thresholds: ClusterThresholds;
  readonly turns: Turns;
}

/** Takes runs and executes them. */
export class RunTaker {
  readonly #settings: ClusterSettings;
  readonly #connections: Connections;
  readonly #host: EngineHost;
  readonly #taken: TakenRuns;
  readonly #serverClock: ServerClock;
  readonly #pauses: ClusterPauses;
  readonly #thresholds: ClusterThresholds;
  readonly #turns: Turns;
  readonly #attempts: Attempts;
  readonly #leases: Leases;
  readonly #worker: TakingWorker;
  /** Who waits for the runs whose handlers work here, lost ones included. */
  readonly #working = new Map<ActiveRun, (progress: Progress) => void>();
  /** Their ids. */
  readonly #busy = new Set<string>();
  #startedAt = 0;
  #isStopping = false;

  constructor({ settings, connections, host, taken, serverClock, pauses, thresholds, turns }: RunTakerHost) {
    this.#turns = turns;
    this.#pauses = pauses;
    this.#thresholds = thresholds;
    this.#settings = settings;
    this.#connections = connections;
    this.#host = host;
    this.#taken = taken;
    this.#serverClock = serverClock;
    const { clock, record } = host;
    const take = (job: RunJob, token: string) =>
      this.#take(job, token).catch((error: unknown) => this.#broken(job, error));
    const { server } = connections;
    this.#leases = new Leases({ clock, lockMs: settings.lockMs, server, serverClock, taken });
    this.#worker = new TakingWorker({ settings, connections, host, taken, leases: this.#leases, take });
    this.#attempts = new Attempts({
      ...host,
      // The server knows of each start by itself.
      memory: new DurableMemory({ durable: undefined, clock, record }),
      mayRetry: () => true,
      onEnd: (run, outcome) => this.#progress(run, { kind: 'ended', outcome }),
      onRetry: (run, retryAt) => this.#progress(run, { kind: 'retry', retryAt }),
    });
  }

  get isStarted(): boolean {
    return this.#worker.isOpen;
  }

  async start(): Promise<void> {
    this.#isStopping = false;
    this.#startedAt = this.#host.clock.now();
    await this.#worker.open();
  }

  /** Takes nothing while it rests; what runs goes on. */
  rest(isResting: boolean): void {
    this.#worker.rest(isResting);
  }

  /** What was taken and has not begun is put back from now on. */
  stop(): void {
    this.#isStopping = true;
    this.#worker.stop();
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  async #take(job: RunJob, token: string): Promise<JobEnd> {
    const { clock, find } = this.#host;
    const now = clock.now();
    const age = Math.max(now - (job.processedOn ?? now), 0);
    const isOld = age > this.#settings.lockMs / 2;
    let heldFrom = performance.now() - (isOld ? 0 : age);
    const locked = { job, token };
    // A process that was stopped between taking a job and this call may have lost it meanwhile.
    if (isOld && !(await holds(locked, this.#settings.lockMs, this.#lockHost))) return RELEASED;
    const first = claimOf(job, {
      now: isOld ? clock.now() : now,
      aheadMs: this.#serverClock.aheadMs,
      startedAt: this.#startedAt,
      keepForMs: this.#settings.keepForMs,
      find,
      isBusy: runId => this.#busy.has(runId),
      pausedBy: task => this.#pauses.because(task),
    });
    const isAsking = first.kind === 'run' && first.isDue && this.#thresholds.hasTrial(first.task);
    const claim = isAsking ? await this.#tried(job, first) : first;
    if (this.#isStopping && claim.kind === 'run') return this.#putBack(locked, now);
    if (claim.kind === 'later') return this.#putBack(locked, claim.at);
    const taken = this.#taken.take(job, token, claim.kind === 'run' ? claim.task : find(job.name));
    if (claim.kind === 'end') return this.#end(taken, claim.outcome, clock.now());
    if (this.#turns.has(claim.task)) {
      const end = await this.#awaitTurn(taken, claim.task);
      if (end !== undefined) return end;
      // The server may have taken longer than the lock lasts.
      if (performance.now() - heldFrom > this.#settings.lockMs / 2) {
        heldFrom = performance.now();
        if (!(await holds(locked, this.#settings.lockMs, this.#lockHost))) this.#taken.lose(taken);
      }
      if (taken.isLost) return RELEASED;
    }
    this.#leases.begin(taken, heldFrom);
    const progress = await this.#execute(taken);
    // Whatever its handler says, another process has it.
    if (taken.isLost) return RELEASED;
    if (progress.kind === 'retry') return this.#retryLater(taken, progress.retryAt);
    // The same instant as that of its last attempt.
    const endedAt = taken.run.snapshot().attempts.at(-1)?.endedAt ?? clock.now();
    return this.#end(taken, progress.outcome, endedAt);
  }

  /** After the time of a pause one run may start, to try. */
  async #tried(job: RunJob, claim: Extract<Claim, { kind: 'run' }>): Promise<Claim> {
    const { task } = claim;
    try {
      if (await this.#thresholds.mayTry(task, job.data.id)) return claim;
      return skippedAs(job.data, { reason: 'paused', detail: this.#pauses.inWords(task) });
    } catch (error) {
      this.#connections.failed(error);
      return { kind: 'later', at: this.#host.clock.now() + REPEAT_MS };
    }
  }

  /** @returns what becomes of its job unless it starts. */
  async #awaitTurn(taken: TakenRun, task: TaskDefinition): Promise<JobEnd | undefined> {
    const { job } = taken;
    const { clock } = this.#host;
    let turn: Turn = 'wait';
    try {
      turn = await this.#turns.of(job, task);
    } catch (error) {
      this.#connections.failed(error);
    }
    if (taken.isLost) return RELEASED;
    if (turn === 'bufferFull') {
      return this.#end(taken, skipOf(job.data, { reason: turn, detail: null }), clock.now());
    }
    if (turn === 'start' && !this.#isStopping) return undefined;
    const end = await this.#putBackTaken(taken, { at: clock.now() + LOOK_MS, stack: taken.stack(null) });
    // Whose end would have called it may have come before it was back.
    await this.#turns.look(job, task).catch((error: unknown) => this.#connections.failed(error));
    return end;
  }

  #end(taken: TakenRun, outcome: Outcome, endedAt: number): JobEnd {
    taken.ending = { outcome, endedAt };
    if (!isFailure(outcome)) return { kind: 'completed', result: taken.result() };
    return { kind: 'failed', reason: textOf(outcome).split('\n')[0]!, stack: taken.stack(null) };
  }

  /** What should never be, such as a job that was not submitted here: it is told, and the run has an end. */
  #broken(job: RunJob, error: unknown): JobEnd {
    this.#connections.failed(error);
    const taken = this.#taken.get(job);
    if (taken === undefined) return { kind: 'failed', reason: String(error) };
    this.#release(taken.run);
    return this.#end(taken, { kind: 'failure', error }, this.#host.clock.now());
  }

  #execute({ run }: TakenRun): Promise<Progress> {
    this.#busy.add(run.id);
    return new Promise(resolve => {
      this.#working.set(run, resolve);
      this.#attempts.start(run);
    });
  }

  #progress(run: ActiveRun, progress: Progress): void {
    this.#working.get(run)?.(progress);
    this.#release(run);
  }

  #release(run: ActiveRun): void {
    this.#working.delete(run);
    this.#busy.delete(run.id);
    // Only its record is awaited now.
    run.enter(AWAITING_RECORD);
  }

  #retryLater(taken: TakenRun, retryAt: number): Promise<JobEnd> {
    return this.#putBackTaken(taken, { at: retryAt, stack: taken.stack(retryAt) });
  }

  async #putBackTaken(taken: TakenRun, { at, stack }: { at: number; stack: string }): Promise<JobEnd> {
    const { job, token } = taken;
    const order = { job, token, at, stacktrace: stack, isLost: () => taken.isLost };
    const isBack = await putBack(order, this.#lockHost);
    if (isBack) this.#taken.putBack(taken);
    else this.#taken.lose(taken);
    return RELEASED;
  }

  /** Nothing of it was executed here. */
  async #putBack(locked: LockedJob, at: number): Promise<JobEnd> {
    await putBack({ ...locked, at, isLost: () => false }, this.#lockHost);
    return RELEASED;
  }

  get #lockHost(): JobLockHost {
    const failed = (error: unknown) => this.#connections.failed(error);
    return { clock: this.#host.clock, backend: this.#worker.backend, failed };
  }
}

const REPEAT_MS = 1_000;
/** Who waits for its turn is called when it comes; the call may be lost. */
const LOOK_MS = 5_000;
const RELEASED = { kind: 'released' } as const;

const AWAITING_RECORD = { isWait: true, cancel: () => undefined, giveUp: () => undefined };

/** What BullMQ's tools show as failed. */
function isFailure({ kind }: Outcome): boolean {
  return kind === 'failure' || kind === 'timeout' || kind === 'abandoned';
}
