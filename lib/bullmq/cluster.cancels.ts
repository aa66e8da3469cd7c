import { cancel } from '../engine/cancellation.js';
import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';
import type { Control, Controls } from './controls.js';
import { cancelId } from './fact.ids.js';
import { jobIdOf } from './run.job.js';
import { isLost } from './server.errors.js';
import type { TakenRuns } from './taken.runs.js';

export interface ClusterCancelsHost {
  readonly connections: Connections;
  readonly controls: Controls;
  readonly clock: Clock;
  readonly taken: TakenRuns;
}

/** The word to whoever has the run; what counts stands in its job. */
interface Word {
  readonly runId: string;
  readonly reason: string;
}

const KIND = 'cancel';

/** Ends runs wherever they are: where they run, while they wait for a retry, and while they wait for a process. */
export class ClusterCancels {
  readonly #host: ClusterCancelsHost;
  /** The words that are looked after just now. */
  readonly #settling = new Set<string>();

  constructor(host: ClusterCancelsHost) {
    this.#host = host;
    host.controls.hear(all => this.#hear(all));
  }

  /** Resolves when its handler here, or the server and the others have it: with `false` when the run is over. */
  async cancel(runId: string, reason: string): Promise<boolean> {
    return this.#cancelHere(runId, reason) || this.#cancel(jobIdOf(runId), { cancelled: reason });
  }

  /** A later run of its task takes its place. */
  async supersede(jobId: string): Promise<void> {
    await this.#cancel(jobId, { cancelled: 'superseded', isSuperseded: true });
  }

  async #cancel(jobId: string, wish: { cancelled: string; isSuperseded?: boolean }): Promise<boolean> {
    const { controls, connections } = this.#host;
    const { runs } = await connections.opened();
    const job = await runs.getJob(jobId);
    if (job === undefined || job.finishedOn !== undefined) return false;
    // Who takes it from now on ends it; who has it by then hears the word.
    if (job.data.cancelled === undefined) await job.updateData({ ...job.data, ...wish });
    const { id: runId } = job.data;
    await controls.set<Word>({ id: cancelId(runId), kind: KIND, data: { runId, reason: wish.cancelled } });
    return true;
  }

  #hear(all: readonly Control[]): void {
    for (const { id, kind, data } of all) {
      if (kind !== KIND) continue;
      const { runId, reason } = data as Word;
      if (!this.#cancelHere(runId, reason)) void this.#settle(id, runId);
    }
  }

  /** @returns whether its handler is at work here; one whose attempt has ended is just put back, or recorded. */
  #cancelHere(runId: string, reason: string): boolean {
    const run = this.#host.taken.find(runId);
    if (run === undefined || run.workingSince === null) return false;
    if (!run.isCancelled) cancel(run, reason, this.#host.clock);
    return true;
  }

  /** A wait is over at once, and the word when the run is. One that goes on elsewhere is looked at again. */
  async #settle(id: string, runId: string): Promise<void> {
    if (this.#settling.has(id)) return;
    this.#settling.add(id);
    const { connections, controls } = this.#host;
    try {
      const { runs } = await connections.opened();
      const job = await runs.getJob(jobIdOf(runId));
      if (job === undefined || job.finishedOn !== undefined) await controls.unset([id]);
      else await job.promote();
    } catch (error) {
      // It does not wait for a time.
      if (!isLost(error)) connections.failed(error);
    } finally {
      this.#settling.delete(id);
    }
  }
}
