import { EngineUnavailableError } from '../errors.js';
import type { FinishedRun } from '../run/run.js';
import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';
import { jobIdOf, runOf, type RunJob } from './run.job.js';

interface Waiter {
  /** Epoch ms. */
  readonly since: number;
  readonly resolve: (run: FinishedRun) => void;
  readonly reject: (error: unknown) => void;
}

export interface AwaitedRunsHost {
  readonly connections: Connections;
  readonly clock: Clock;
  /** Whether this process has it, and will say itself how it ends. */
  readonly isHere: (jobId: string) => boolean;
}

const LOOK_MS = 1_000;
/** A run that is on its way to the server has no record yet. */
const ON_ITS_WAY_MS = 30_000;

/** Waits for the ends of runs, wherever they run: this process and the server tell of them, and each second it looks itself. */
export class AwaitedRuns {
  readonly #host: AwaitedRunsHost;
  /** By job. */
  readonly #waiters = new Map<string, Waiter[]>();
  #disarm: (() => void) | undefined;
  #isListening = false;
  #isClosed = false;

  constructor(host: AwaitedRunsHost) {
    this.#host = host;
  }

  finished(runId: string): Promise<FinishedRun> {
    if (this.#isClosed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      const jobId = jobIdOf(runId);
      this.#waiters.set(jobId, [
        ...(this.#waiters.get(jobId) ?? []),
        { since: this.#host.clock.now(), resolve, reject },
      ]);
      this.#listen();
      // It may be over.
      void this.#look(jobId);
      this.#arm();
    });
  }

  /** It has ended here. */
  settle(run: FinishedRun): void {
    this.#tell(jobIdOf(run.id), run);
  }

  /** What has not ended is not waited for any more. */
  close(): void {
    this.#isClosed = true;
    this.#disarm?.();
    for (const waiters of this.#waiters.values()) waiters.forEach(({ reject }) => reject(closedError()));
    this.#waiters.clear();
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { connections } = this.#host;
    connections
      .onFinished(jobId => void this.#look(jobId))
      .catch((error: unknown) => {
        this.#isListening = false;
        connections.failed(error);
      });
  }

  #arm(): void {
    if (this.#disarm !== undefined || this.#waiters.size === 0) return;
    this.#disarm = this.#host.clock.after(LOOK_MS, () => {
      const again = () => {
        this.#disarm = undefined;
        this.#arm();
      };
      Promise.all([...this.#waiters.keys()].map(jobId => this.#look(jobId))).then(again, again);
    });
  }

  /** A server that is away is asked again. */
  async #look(jobId: string): Promise<void> {
    if (!this.#waiters.has(jobId) || this.#host.isHere(jobId)) return;
    const { connections } = this.#host;
    try {
      const { runs } = await connections.opened();
      const job: RunJob | undefined = await runs.getJob(jobId);
      if (job === undefined) return this.#giveUp(jobId);
      const run = runOf(job);
      if (job.finishedOn !== undefined && !this.#host.isHere(jobId)) this.#tell(jobId, run as FinishedRun);
    } catch (error) {
      connections.failed(error);
    }
  }

  #tell(jobId: string, run: FinishedRun): void {
    const waiters = this.#waiters.get(jobId) ?? [];
    this.#waiters.delete(jobId);
    waiters.forEach(({ resolve }) => resolve(run));
  }

  #giveUp(jobId: string): void {
    const waiters = this.#waiters.get(jobId) ?? [];
    const oldest = this.#host.clock.now() - ON_ITS_WAY_MS;
    if (waiters.some(({ since }) => since > oldest)) return;
    this.#waiters.delete(jobId);
    const error = new EngineUnavailableError(
      `The record of the run is gone: ${this.#host.connections.server.name} has lost it, or somebody removed it.`,
    );
    waiters.forEach(({ reject }) => reject(error));
  }
}

function closedError(): EngineUnavailableError {
  return new EngineUnavailableError('The app has closed before the run ended, wherever it runs.');
}
