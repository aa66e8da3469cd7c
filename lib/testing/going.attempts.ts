import { setImmediate as turn } from 'node:timers/promises';
import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';

/** What Node tells of its work is a hint: something of the test runner's may end while a handler's begins. */
const AT_LEAST_MS = 50;

/** The attempts whose handlers have been called and have not returned, by the events of their runs. */
export class GoingAttempts {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  /** When the latest attempt of each run that goes on starts, epoch ms. */
  readonly #startAt = new Map<string, number>();
  /** Those that were waited for in vain. */
  readonly #hanging = new Set<string>();
  /** What Node was busy with when no handler was: servers, the test runner. */
  #atRest = resources();

  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  hear(event: StsEvent): void {
    if (event.type === 'runStarted') this.#startAt.set(event.run.id, event.at);
    if (event.type === 'attemptFailed') this.#startAt.set(event.run.id, event.retryAt);
    if (event.type === 'runFinished') this.#startAt.delete(event.run.id);
  }

  /** When the run's latest attempt started or will start, epoch ms; `undefined` when the run has ended. */
  startOf(runId: string): number | undefined {
    return this.#startAt.get(runId);
  }

  /**
   * Lets promises and ready I/O run, and then, for as long as handlers go on and Node is busy with something of
   * theirs, waits in real time.
   */
  async settle(): Promise<void> {
    await turn();
    await turn();
    const startedAt = performance.now();
    for (let busy = this.#busy(); busy.length > 0; busy = this.#busy()) {
      const waitedMs = performance.now() - startedAt;
      if (waitedMs >= (this.#hasWork() ? this.#patienceMs : Math.min(AT_LEAST_MS, this.#patienceMs))) {
        return busy.forEach(key => this.#hanging.add(key));
      }
      await turn();
    }
    if (this.#startAt.size === 0) this.#atRest = resources();
  }

  #busy(): readonly string[] {
    const started = [...this.#startAt].filter(([, at]) => at <= this.#clock.now());
    return started.map(([id, at]) => `${id} ${at}`).filter(key => !this.#hanging.has(key));
  }

  #hasWork(): boolean {
    return [...resources()].some(([kind, count]) => count > (this.#atRest.get(kind) ?? 0));
  }
}

/** What keeps Node's event loop going, counted by kind: `Timeout`, `TCPSocketWrap`, `FSReqPromise`, … */
function resources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
