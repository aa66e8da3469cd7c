import type { Observable, Subscription } from 'rxjs';
import type { StsEvent } from '../run/run.events.js';
import type { LiveEvent, ProgressView } from './api.views.js';
import { LiveBatch } from './live.batch.js';
import type { LiveStream } from './live.stream.js';
import type { RunViews } from './run.views.js';

export interface LiveEventsHost {
  readonly events$: Observable<StsEvent>;
  readonly runs: RunViews;
  readonly now: () => number;
  /** How many streams may be open. */
  readonly maxConnections: number;
}

const HEARTBEAT_MS = 15_000;
/** What comes within this time is sent together. */
const BATCH_MS = 250;
/** So many events are known to whoever comes back, or reads slowly. */
const MOST_KEPT = 1_000;
/** Nobody who comes back later gets what was missed. */
const MEMORY_MS = 60_000;
/** After this time, and up to a quarter more, a page has to ask again: who may see it may have changed. */
const LIFE_MS = 240_000;
/** How long a browser waits until it asks again. */
const RETRY_MS = 1_000;

/** Somebody who listens. */
interface Listener {
  readonly stream: LiveStream;
  /** Of the last event that it was sent; -1 = it has to begin anew. */
  sequence: number;
  /** Whether it did not read all of its events at the last heartbeat. */
  isStuck: boolean;
  /** Of `performance.now()`. */
  readonly endsAt: number;
}

/** What happens, for the pages that are open. It listens while there are any, and for a minute after. */
export class LiveEvents {
  readonly #host: LiveEventsHost;
  /** Another process, or another time of listening, begins anew. */
  #epoch = 0;
  #sequence = 0;
  /** As they are sent, the newest last. */
  readonly #kept: string[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #batch: LiveBatch;
  #listening: Subscription | undefined;
  #timers: readonly NodeJS.Timeout[] = [];
  #forgetting: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(host: LiveEventsHost) {
    this.#host = host;
    this.#batch = new LiveBatch(host.runs);
  }

  /** Whether nobody more can be told. */
  get isFull(): boolean {
    return this.#isClosed || this.#listeners.size >= this.#host.maxConnections;
  }

  progressOf(runId: string): ProgressView | null {
    return this.#batch.progressOf(runId);
  }

  /** @param lastId of the last event that whoever comes back has got. */
  tell(stream: LiveStream, lastId: string | undefined): void {
    if (this.isFull) return stream.end();
    this.#listen();
    const endsAt = performance.now() + LIFE_MS * (1 + Math.random() / 4);
    const listener = { stream, sequence: this.#sequenceOf(lastId), isStuck: false, endsAt };
    this.#listeners.add(listener);
    stream.onClose(() => this.#forgetListener(listener));
    stream.send(`retry: ${RETRY_MS}\n\n`);
    this.#deliver(listener);
    // A first event at once: who waits for one, proxies among them, need not wait for a heartbeat.
    stream.send(this.#heartbeat());
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
      setInterval(() => this.#beat(), HEARTBEAT_MS),
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
    for (const event of this.#batch.take()) {
      this.#sequence++;
      if (this.#kept.push(this.#textOf(event)) > MOST_KEPT) this.#kept.shift();
    }
    for (const listener of this.#listeners) this.#deliver(listener);
  }

  /** Who has not read what came before gets the rest when it has: nothing piles up for it. */
  #deliver(listener: Listener): void {
    if (!listener.stream.isReady || listener.sequence === this.#sequence) return;
    const oldest = this.#sequence - this.#kept.length;
    const isKnown = listener.sequence >= oldest;
    const missed = isKnown ? this.#kept.slice(listener.sequence - oldest) : [this.#textOf({ type: 'reset' })];
    listener.sequence = this.#sequence;
    listener.stream.send(missed.join(''));
  }

  #beat(): void {
    const now = performance.now();
    for (const listener of this.#listeners) {
      const isDead = listener.isStuck && !listener.stream.isReady;
      listener.isStuck = !listener.stream.isReady;
      if (isDead || now >= listener.endsAt) this.#end(listener);
      else if (!listener.isStuck) listener.stream.send(this.#heartbeat());
    }
  }

  #heartbeat(): string {
    return this.#textOf({ type: 'heartbeat', now: this.#host.now() });
  }

  #textOf(event: LiveEvent): string {
    return `event: ${event.type}\nid: ${this.#epoch}-${this.#sequence}\ndata: ${JSON.stringify(event)}\n\n`;
  }

  #sequenceOf(lastId = ''): number {
    if (lastId === '') return this.#sequence;
    const [epoch, sequence] = lastId.split('-').map(Number);
    return epoch === this.#epoch && sequence! <= this.#sequence ? sequence! : -1;
  }

  #endStreams(): void {
    for (const listener of this.#listeners) this.#end(listener);
  }

  #end(listener: Listener): void {
    this.#forgetListener(listener);
    listener.stream.end();
  }

  #forgetListener(listener: Listener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0 || this.#isClosed) return;
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
