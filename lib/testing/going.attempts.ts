import { setImmediate as turn } from 'node:timers/promises';
import type { StsEvent } from '../run/run.events.js';
import type { ManualClock } from './manual.clock.js';

/** The attempts whose handlers have been called and have not returned, by the events of their runs. */
export class GoingAttempts {
  readonly #clock: ManualClock;
  readonly #patienceMs: number;
  /** When the latest attempt of each run that goes on started or will start, epoch ms. */
  readonly #startAt = new Map<string, number>();
  /** The runs whose latest attempt is a retry: no event tells that it has started. */
  readonly #retried = new Set<string>();
  /** The runs that wait to start. */
  readonly #waiting = new Set<string>();
  /** The attempts that were waited for in vain. */
  readonly #hanging = new Set<string>();
  /** Whether anything has happened since everything was settled. */
  #hasHeard = true;

  constructor(clock: ManualClock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  hear(event: StsEvent): void {
    this.#hasHeard = true;
    if (event.type === 'runWaiting') this.#waiting.add(event.run.id);
    if ('run' in event && event.type !== 'runWaiting') this.#waiting.delete(event.run.id);
    if (event.type === 'runStarted') this.#startAt.set(event.run.id, event.at);
    if (event.type === 'attemptFailed') {
      this.#startAt.set(event.run.id, event.retryAt);
      this.#retried.add(event.run.id);
    }
    if (event.type === 'runFinished' || event.type === 'runSkipped') {
      this.#startAt.delete(event.run.id);
      this.#retried.delete(event.run.id);
    }
  }

  /** When the run's latest attempt started or will start, epoch ms; `undefined` when the run has ended. */
  startOf(runId: string): number | undefined {
    return this.#startAt.get(runId);
  }

  /** Whether a run waits to start. */
  isWaiting(runId: string): boolean {
    return this.#waiting.has(runId);
  }

  /** When the next attempt of any run starts, epoch ms; `null` when none waits for it. */
  get nextStart(): number | null {
    const later = [...this.#startAt.values()].filter(at => at > this.#clock.now());
    return later.length === 0 ? null : Math.min(...later);
  }

  /**
   * Waits in real time until all handlers that were called have returned, or for the kit's patience: once for an
   * attempt, since one that hangs is not waited for again.
   */
  async settle(): Promise<void> {
    await turn();
    // Most wakes of the timeline find nothing due: a year has half a million of them.
    if (!this.#hasHeard && this.#startAt.size === 0) return;
    this.#hasHeard = false;
    await turn();
    const end = performance.now() + this.#patienceMs;
    for (let busy = this.#busy(); busy.length > 0; busy = this.#busy()) {
      if (performance.now() >= end) return busy.forEach(key => this.#hanging.add(key));
      await turn();
    }
  }

  #busy(): readonly string[] {
    const now = this.#clock.now();
    // Timers go off one by one: that of a retry may be among those of this instant which have not yet.
    const isDue = (id: string, at: number) => at === now && this.#retried.has(id) && this.#clock.hasDue;
    const started = [...this.#startAt].filter(([id, at]) => at <= now && !isDue(id, at));
    return started.map(([id, at]) => `${id} ${at}`).filter(key => !this.#hanging.has(key));
  }
}
