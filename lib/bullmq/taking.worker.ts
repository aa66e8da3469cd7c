import type { IQueueBackend } from 'bullmq';
import type { EngineHost } from '../engine/shared.engine.js';
import type { ClusterSettings } from './bullmq.options.js';
import { RUNS, type Connections } from './connections.js';
import { stateOf, type RunJob } from './run.job.js';
import { isLost } from './server.errors.js';
import type { JobEnd, TakenJobs } from './job.end.js';
import type { Leases } from './leases.js';
import type { RunWorker } from './server.js';
import type { TakenRuns } from './taken.runs.js';

export interface TakingWorkerHost {
  readonly settings: ClusterSettings;
  readonly connections: Connections;
  readonly host: Pick<EngineHost, 'node' | 'limits'>;
  readonly taken: TakenRuns;
  readonly leases: Leases;
  readonly take: (job: RunJob, token: string) => Promise<JobEnd>;
}

/** As many runs as a process takes unless the module's `concurrency` says otherwise: BullMQ needs a number. */
const MOST_RUNS = 1_000;
const REPEAT_MS = 1_000;

/** BullMQ's worker, and what it tells of the runs that it has taken. */
export class TakingWorker {
  readonly #host: TakingWorkerHost;
  #worker: RunWorker | undefined;
  #backend: IQueueBackend | undefined;
  #isResting = false;
  #isStopped = false;

  constructor(host: TakingWorkerHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#worker !== undefined;
  }

  /** What works on the jobs that were taken; those of a worker that closes, too. */
  get backend(): IQueueBackend {
    return this.#backend!;
  }

  /** @throws {EngineUnavailableError} when the server does not answer in time. */
  async open(): Promise<void> {
    const { connections, host, settings, taken, take } = this.#host;
    const { line } = await connections.opened();
    const keep = { age: Math.ceil(settings.keepForMs / 1_000) };
    const worker = line.worker({
      name: RUNS,
      take,
      options: {
        // Its first look for runs of dead processes comes at once: not from one whose clock is off.
        autorun: false,
        name: host.node,
        concurrency: host.limits.process ?? MOST_RUNS,
        lockDuration: settings.lockMs,
        lockRenewTime: Math.round(settings.lockMs / 3),
        stalledInterval: Math.min(5_000, Math.round(settings.lockMs / 2)),
        // A run may be unlucky; one that kills each process that takes it ends at last.
        maxStalledCount: 3,
        runRetryDelay: REPEAT_MS,
        drainDelay: 1,
        removeOnComplete: keep,
        removeOnFail: keep,
      },
      taken: this.#tells(),
    });
    worker.on('error', error => this.#failed(error));
    worker.on('lockRenewalFailed', jobIds => taken.loseJobs(jobIds));
    this.#worker = worker;
    this.#backend = worker.getBackend();
    this.#isStopped = false;
    try {
      await connections.ready(worker.waitUntilReady());
    } catch (error) {
      await this.close();
      throw error;
    }
    if (!this.#isResting) this.#run(worker);
  }

  /** Takes nothing while it rests. */
  rest(isResting: boolean): void {
    this.#isResting = isResting;
    const worker = this.#worker;
    if (worker === undefined || this.#isStopped) return;
    if (isResting) void worker.pause(true);
    else if (worker.isPaused()) void worker.resume();
    else this.#run(worker);
  }

  /** Takes nothing any more. */
  stop(): void {
    this.#isStopped = true;
    void this.#worker?.pause(true);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.close();
  }

  #run(worker: RunWorker): void {
    if (!worker.isRunning()) worker.run().catch((error: Error) => this.#failed(error));
  }

  #tells(): TakenJobs {
    const { taken, leases, connections } = this.#host;
    return {
      recorded: job => {
        const run = taken.get(job);
        if (run?.ending === undefined) return;
        connections.worked();
        taken.recorded(run);
      },
      renewed: (jobIds, from) => leases.renew(jobIds, from),
      lost: job => taken.lose(taken.get(job)),
      isRecorded: async job => {
        const { runs } = await connections.opened();
        const now: RunJob | undefined = await runs.getJob(job.id!);
        const own = taken.get(job)?.state(null);
        const kept = now?.finishedOn === undefined ? undefined : stateOf(now);
        return own !== undefined && kept?.endedAt === own.endedAt && kept.node === own.node;
      },
    };
  }

  /** What is said of locks is told as lost runs. */
  #failed(error: Error): void {
    if (isLost(error) || error.message.startsWith('could not renew lock')) return;
    this.#host.connections.failed(error);
  }
}
