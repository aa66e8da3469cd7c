import { Subject, type Observable } from 'rxjs';
import type { Clock } from '../time/clock.js';
import { EventStream } from './event.stream.js';
import { keptRun } from './kept.run.js';
import type { Run } from './run.js';
import type { StsEvent } from './run.events.js';
import type { RunStore } from './run.store.js';

/** The one way by which anything becomes known: first to the store, then to whoever listens. */
export class RunRecorder {
  readonly #events = new Subject<StsEvent>();
  readonly #waiting: StsEvent[] = [];
  readonly #store: RunStore;
  readonly #clock: Clock;
  readonly events$: Observable<StsEvent> = new EventStream(this.#events, error =>
    this.#listenerFailed(error),
  );

  constructor(store: RunStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  record(event: StsEvent): void {
    // Events that bear a run tell how it stands; a store keeps the last word.
    if ('run' in event) this.#keep(event.run);
    this.#tell(event);
  }

  /** Who hears of an event may cause another: that one waits until all have heard of the first. */
  #tell(event: StsEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > 1) return;
    for (const next of this.#waiting) this.#events.next(next);
    this.#waiting.length = 0;
  }

  /** Ends `events$`. */
  close(): void {
    this.#events.complete();
  }

  #keep(run: Run): void {
    try {
      const kept = this.#store.append(keptRun(run));
      if (kept !== undefined) Promise.resolve(kept).catch((error: unknown) => this.#storeFailed(error));
    } catch (error) {
      this.#storeFailed(error);
    }
  }

  #storeFailed(error: unknown): void {
    this.#tell({ type: 'storeFailed', at: this.#clock.now(), error });
  }

  #listenerFailed(error: unknown): void {
    this.#tell({ type: 'listenerFailed', at: this.#clock.now(), error });
  }
}
