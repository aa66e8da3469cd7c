import type { Observable } from 'rxjs';
import type { Clock } from '../time/clock.js';
import { EventSource, EventStream } from './event.stream.js';
import { keptRun } from './kept.run.js';
import type { Run } from './run.js';
import type { StsEvent } from './run.events.js';
import type { RunStore } from './run.store.js';

interface Keeping {
  runs: number;
  readonly ended: Promise<void>;
}

/** The one way by which anything becomes known: first to the store, then to whoever listens. */
export class RunRecorder {
  readonly #events = new EventSource<StsEvent>();
  #isTelling = false;
  /** What came while another event was told. */
  readonly #waiting: StsEvent[] = [];
  readonly #store: RunStore;
  readonly #clock: Clock;
  /** What the store has not kept yet, by its promise: runs that it writes together may have one. */
  readonly #keeping = new Map<Promise<void>, Keeping>();
  #isStoreDown = false;
  readonly events$: Observable<StsEvent> = new EventStream(this.#events.events$, error =>
    this.#listenerFailed(error),
  );

  constructor(store: RunStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record(event: StsEvent): void {
    // Events that bear a run tell how it stands; a store keeps the last word.
    // A handler that nobody waits for any more may write lines after the end, when the run may be forgotten.
    const isTooLate = event.type === 'runLogged' && event.run.outcome !== null;
    if ('run' in event && !isTooLate) this.#keep(event.run);
    this.#tell(event);
  }

  /** Who hears of an event may cause another: that one waits until all have heard of the first. */
  #tell(event: StsEvent): void {
    if (this.#isTelling) return void this.#waiting.push(event);
    this.#isTelling = true;
    for (let next: StsEvent | undefined = event; next !== undefined; next = this.#waiting.shift())
      this.#events.next(next);
    this.#isTelling = false;
  }

  /** Closes the store, waits until it has kept all that it was given, so long at most, and ends `events$`. */
  async close(timeoutMs: number): Promise<void> {
    let disarm = () => {};
    const timeout = new Promise<void>(resolve => {
      disarm = this.#clock.after(timeoutMs, resolve, { keepAlive: true });
    });
    // Before the wait: a store that writes now and then writes now.
    let isClosed = false;
    const closed = this.#closeStore().then(() => (isClosed = true));
    const kept = [...this.#keeping.values()].map(({ ended }) => ended);
    await Promise.race([Promise.all([closed, ...kept]), timeout]);
    disarm();
    if (this.#keeping.size > 0) {
      const runs = [...this.#keeping.values()].reduce((sum, keeping) => sum + keeping.runs, 0);
      this.#storeFailed(new Error(`The run store had not kept ${runs} runs after ${timeoutMs} ms.`));
    } else if (!isClosed) {
      this.#storeFailed(new Error(`The run store had not closed after ${timeoutMs} ms.`));
    }
    this.#events.complete();
  }

  async #closeStore(): Promise<void> {
    try {
      await this.#store.close?.();
    } catch (error) {
      // What it says now is its last word, whatever it said before.
      this.#isStoreDown = false;
      this.#storeFailed(error);
    }
  }

  #keep(run: Run): void {
    try {
      const kept = this.#store.append(keptRun(run));
      if (kept === undefined) this.#isStoreDown = false;
      else this.#await(kept);
    } catch (error) {
      this.#storeFailed(error);
    }
  }

  #await(kept: Promise<void>): void {
    const keeping = this.#keeping.get(kept);
    if (keeping !== undefined) return void keeping.runs++;
    const ended = Promise.resolve(kept)
      .then(
        () => void (this.#isStoreDown = false),
        (error: unknown) => this.#storeFailed(error),
      )
      .finally(() => this.#keeping.delete(kept));
    this.#keeping.set(kept, { runs: 1, ended });
  }

  /** A store that is down is told of once, until it works again. */
  #storeFailed(error: unknown): void {
    if (this.#isStoreDown) return;
    this.#isStoreDown = true;
    this.#tell({ type: 'storeFailed', at: this.#clock.now(), error });
  }

  #listenerFailed(error: unknown): void {
    this.#tell({ type: 'listenerFailed', at: this.#clock.now(), listener: 'subscriber', error });
  }
}
