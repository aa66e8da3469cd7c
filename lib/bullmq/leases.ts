import type { Clock } from '../time/clock.js';
import type { Server } from './server.js';
import type { ServerClock } from './server.clock.js';
import type { TakenRun } from './taken.run.js';
import type { TakenRuns } from './taken.runs.js';

export interface LeasesHost {
  readonly clock: Clock;
  readonly lockMs: number;
  readonly server: Server;
  readonly serverClock: ServerClock;
  readonly taken: TakenRuns;
}

/**
 * A process that hears nothing of the server loses its runs by its own clock, before another one can take them over: their
 * handlers are asked to end. Instants are of `performance.now()`, which nobody sets, and which goes on while a process is
 * stopped.
 */
export class Leases {
  readonly #host: LeasesHost;
  #disarm: (() => void) | undefined;
  /** When the timer fires; no lease that begins later ends earlier. */
  #armedFor = Infinity;

  constructor(host: LeasesHost) {
    this.#host = host;
  }

  /** @param from when this process asked for the lock at the earliest. */
  begin(taken: TakenRun, from: number): void {
    taken.heldUntil = from + this.#leaseMs;
    if (taken.heldUntil < this.#armedFor) this.#arm(taken.heldUntil);
  }

  /** @param from when this process asked to keep the locks. */
  renew(jobIds: readonly string[], from: number): void {
    const renewed = new Set(jobIds);
    const until = from + this.#leaseMs;
    for (const taken of this.#host.taken.working()) if (renewed.has(taken.job.id!)) taken.heldUntil = until;
  }

  get #leaseMs(): number {
    const { lockMs, server, serverClock } = this.#host;
    // Where others compare the end of the lock with their own clocks, those may be ahead.
    return Number.isFinite(server.mostSkewMs) ? lockMs - server.mostSkewMs + serverClock.skewMs : lockMs;
  }

  #arm(at: number): void {
    this.#disarm?.();
    this.#armedFor = at;
    this.#disarm = this.#host.clock.after(Math.max(at - performance.now(), 0), () => this.#look());
  }

  #look(): void {
    const { taken } = this.#host;
    const now = performance.now();
    let next = Infinity;
    // Of a run that has ended the server says whose it is.
    for (const run of taken.working()) {
      if (run.heldUntil <= now) taken.lose(run);
      else next = Math.min(next, run.heldUntil);
    }
    this.#armedFor = Infinity;
    this.#disarm = undefined;
    if (next < Infinity) this.#arm(next);
  }
}
