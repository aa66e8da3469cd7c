import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { StsEvent } from '../run/run.events.js';
import type { LiveEvent, ProgressView } from './api.views.js';
import { LiveBatch } from './live.batch.js';
import type { RunViews } from './run.views.js';

/** An event as it is sent. */
export interface SentEvent {
  readonly id: string;
  readonly type: LiveEvent['type'];
  readonly data: LiveEvent;
}

export interface LiveEventsHost {
  readonly events$: Observable<StsEvent>;
  readonly runs: RunViews;
  readonly now: () => number;
}

const HEARTBEAT_MS = 15_000;
/** What comes within this time is sent together. */
const BATCH_MS = 250;
/** So many events are known to whoever comes back. */
const MOST_KEPT = 1_000;
/** Nobody who comes back later gets what was missed. */
const MEMORY_MS = 60_000;

/** What happens, for the pages that are open. It listens while there are any, and for a minute after. */
export class LiveEvents {
  readonly #host: LiveEventsHost;
  /** Another process, or another time of listening, begins anew. */
  #epoch = 0;
  #sequence = 0;
  readonly #kept: SentEvent[] = [];
  readonly #subscribers = new Set<Subscriber<SentEvent>>();
  readonly #batch: LiveBatch;
  #listening: Subscription | undefined;
  #timers: readonly NodeJS.Timeout[] = [];
  #forgetting: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(host: LiveEventsHost) {
    this.#host = host;
    this.#batch = new LiveBatch(host.runs);
  }

  get connections(): number {
    return this.#subscribers.size;
  }

  progressOf(runId: string): ProgressView | null {
    return this.#batch.progressOf(runId);
  }

  /** @param lastId of the last event that whoever comes back has got. */
  stream(lastId: string | undefined): Observable<SentEvent> {
    return new Observable(subscriber => {
      if (this.#isClosed) return subscriber.complete();
      this.#listen();
      for (const event of this.#missedSince(lastId)) subscriber.next(event);
      // A first event at once: who waits for headers, proxies among them, need not wait for a heartbeat.
      subscriber.next(this.#made({ type: 'heartbeat', now: this.#host.now() }));
      this.#subscribers.add(subscriber);
      return () => {
        this.#subscribers.delete(subscriber);
        if (this.#subscribers.size === 0) this.#forgetLater();
      };
    });
  }

  /** Ends all streams: an open one would keep the app from closing. */
  close(): void {
    this.#isClosed = true;
    this.#endStreams();
    this.#forget();
  }

  #listen(): void {
    clearTimeout(this.#forgetting);
    if (this.#listening !== undefined) return;
    this.#epoch = this.#host.now();
    this.#listening = this.#host.events$.subscribe(event => this.#hear(event));
    const timers = [
      setInterval(() => this.#flush(), BATCH_MS),
      setInterval(() => this.#send({ type: 'heartbeat', now: this.#host.now() }), HEARTBEAT_MS),
    ];
    for (const timer of timers) timer.unref();
    this.#timers = timers;
  }

  #hear(event: StsEvent): void {
    this.#batch.add(event);
    if (event.type !== 'drainStarted') return;
    this.#flush();
    this.#endStreams();
  }

  #flush(): void {
    for (const event of this.#batch.take()) this.#send(event);
  }

  #send(data: LiveEvent): void {
    const event = this.#made(data);
    if (data.type !== 'heartbeat' && this.#kept.push(event) > MOST_KEPT) this.#kept.shift();
    for (const subscriber of this.#subscribers) subscriber.next(event);
  }

  #made(data: LiveEvent): SentEvent {
    if (data.type !== 'heartbeat') this.#sequence++;
    return { id: `${this.#epoch}-${this.#sequence}`, type: data.type, data };
  }

  #missedSince(lastId: string | undefined): readonly SentEvent[] {
    if (lastId === undefined || lastId === '') return [];
    const [epoch, sequence] = lastId.split('-').map(Number);
    const oldest = this.#sequence - this.#kept.length;
    const isKnown = epoch === this.#epoch && sequence! >= oldest && sequence! <= this.#sequence;
    return isKnown ? this.#kept.slice(sequence! - oldest) : [this.#made({ type: 'reset' })];
  }

  #endStreams(): void {
    for (const subscriber of this.#subscribers) subscriber.complete();
  }

  #forgetLater(): void {
    if (this.#isClosed) return;
    this.#forgetting = setTimeout(() => this.#forget(), MEMORY_MS).unref();
  }

  #forget(): void {
    clearTimeout(this.#forgetting);
    for (const timer of this.#timers) clearInterval(timer);
    this.#listening?.unsubscribe();
    this.#listening = undefined;
    this.#kept.length = 0;
    this.#batch.clear();
  }
}
