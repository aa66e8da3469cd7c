import type { Queue, QueueEvents } from 'bullmq';
import type { EngineHost } from '../engine/shared.engine.js';
import { EngineUnavailableError, StsError } from '../errors.js';
import { inTime } from './in.time.js';
import type { Line, RunQueue, Server } from './server.js';
import { reasonOf } from './server.errors.js';

/** What is open while the app lives. */
export interface Opened {
  readonly line: Line;
  readonly runs: RunQueue;
  /** Nobody works on it: each of its jobs is a fact about the cluster. */
  readonly facts: Queue<unknown>;
  /** Nobody works on it either: each of its jobs is something that is wanted of all processes, which look at it often. */
  readonly controls: Queue<unknown>;
}

/** A start waits no longer for the server. */
const BOOT_MS = 10_000;
const AGAIN_MS = 1_000;
const CLOSE_MS = 2_000;

export const RUNS = 'runs';
export const FACTS = 'facts';
export const CONTROLS = 'controls';

/** The connections to the server, and what is told of their troubles. */
export class Connections {
  readonly server: Server;
  readonly #host: Pick<EngineHost, 'clock' | 'record'>;
  #opening: Promise<Opened> | undefined;
  #line: Line | undefined;
  #queues: readonly Queue[] = [];
  /** By queue. */
  readonly #events = new Map<string, QueueEvents>();
  #lastError: unknown;
  #isReady = false;
  #isFailing = false;
  #isEnded = false;

  constructor(server: Server, host: Pick<EngineHost, 'clock' | 'record'>) {
    this.server = server;
    this.#host = host;
  }

  /** Opens unless it is open. @throws {EngineUnavailableError} when the server has not answered in time. */
  open(): Promise<Opened> {
    if (this.#opening === undefined) {
      const opening = this.#open().catch(async error => {
        await this.close();
        throw error;
      });
      this.#opening = opening;
      // Who asks right after another one has the same answer; later all is made anew.
      const again = () => this.#host.clock.after(AGAIN_MS, () => this.#forget(opening));
      opening.catch(again);
    }
    return this.#opening;
  }

  #forget(opening: Promise<Opened>): void {
    if (this.#opening === opening) this.#opening = undefined;
  }

  /** The same; a process that only submits, or looks, need not start. */
  opened(): Promise<Opened> {
    if (!this.#isEnded) return this.open();
    return Promise.reject(hasClosed());
  }

  /** Hears of runs that end anywhere, from now on: a hint, for some may be missed. */
  onFinished(tell: (jobId: string) => void): Promise<void> {
    return this.#listen(RUNS, events => {
      events.on('completed', ({ jobId }) => tell(jobId));
      events.on('failed', ({ jobId }) => tell(jobId));
    });
  }

  /** Hears of changed controls, from now on: a hint as well. */
  onChanged(tell: () => void): Promise<void> {
    return this.#listen(CONTROLS, events => events.on('changed' as never, tell as never));
  }

  /** Something did not work: told once, until it works again. */
  failed(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#host.record({ type: 'engineFailed', at: this.#host.clock.now(), error });
  }

  worked(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#host.record({ type: 'engineRecovered', at: this.#host.clock.now() });
  }

  /** Waits for what has just been made, no longer than a start may take. @throws {EngineUnavailableError} */
  async ready(work: Promise<unknown>): Promise<void> {
    try {
      if (await inTime(this.#host.clock, work, BOOT_MS)) return;
    } catch (error) {
      throw this.#unavailable(error);
    }
    throw this.#unavailable(this.#lastError);
  }

  /** Comes with the end of the app. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.close();
  }

  async close(): Promise<void> {
    const closing = [...this.#events.values(), ...this.#queues].map(queue => queue.close());
    const line = this.#line;
    this.#events.clear();
    this.#queues = [];
    this.#line = undefined;
    await inTime(this.#host.clock, Promise.allSettled(closing), CLOSE_MS);
    if (line !== undefined) await inTime(this.#host.clock, line.close(), CLOSE_MS);
  }

  async #open(): Promise<Opened> {
    this.#isReady = false;
    this.#lastError = undefined;
    const onError = (error: unknown) => {
      this.#lastError = error;
      if (this.#isReady) this.failed(error);
    };
    let isLate = false;
    const connecting = this.server.connect(onError).then(async line => {
      if (!isLate && !this.#isEnded) return (this.#line = line);
      // Nobody waits for it any more.
      await line.close();
      throw hasClosed();
    });
    await this.ready(connecting).finally(() => (isLate = true));
    const line = await connecting;
    const queue = (name: string) => line.queue(name).on('error', onError);
    const [facts, controls] = [queue(FACTS), queue(CONTROLS)];
    const opened = { line, runs: queue(RUNS) as RunQueue, facts, controls };
    this.#queues = [opened.runs as Queue, facts, controls];
    await this.ready(Promise.all(this.#queues.map(each => each.waitUntilReady())));
    this.#isReady = true;
    return opened;
  }

  async #listen(queue: string, attach: (events: QueueEvents) => void): Promise<void> {
    if (this.#events.has(queue)) return;
    const { line } = await this.opened();
    if (this.#events.has(queue)) return;
    const events = line.events(queue);
    this.#events.set(queue, events);
    events.on('error', error => this.failed(error));
    attach(events);
    try {
      await events.waitUntilReady();
    } catch (error) {
      // It would be as it is for ever.
      if (this.#events.get(queue) === events) this.#events.delete(queue);
      events.close().catch(() => undefined);
      throw error;
    }
  }

  #unavailable(cause: unknown): Error {
    if (cause instanceof StsError) return cause;
    const why = cause === undefined ? 'it did not answer' : reasonOf(cause);
    return new EngineUnavailableError(
      `bullmq() cannot work with ${this.server.name}: ${why}. Check the connection that it was given, and whether ${this.server.name} runs.`,
      { cause },
    );
  }
}

function hasClosed(): EngineUnavailableError {
  return new EngineUnavailableError('The app has closed.');
}
