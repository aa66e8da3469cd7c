import { Queue, QueueEvents } from 'bullmq';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { EngineHost } from '../engine/shared.engine.js';
import { EngineUnavailableError } from '../errors.js';
import { isClient, type ClusterSettings } from './bullmq.options.js';
import type { RunOrder, RunResult } from './run.job.js';

/** What is open while the app lives. */
export interface Opened {
  /** Who submits hears at once when Redis is away. */
  readonly producer: Redis | Cluster;
  /** Who takes runs waits for Redis. */
  readonly consumer: Redis | Cluster;
  readonly runs: Queue<RunOrder, RunResult>;
  /** Nobody works on it: each of its jobs is a fact about the cluster. */
  readonly facts: Queue<unknown>;
}

/** A start waits no longer for Redis. */
const BOOT_MS = 10_000;
const AGAIN_MS = 1_000;
const LONGEST_RECONNECT_MS = 2_000;

export const RUNS = 'runs';
export const FACTS = 'facts';

/** The connections to Redis, and what is told of their troubles. */
export class Connections {
  readonly #settings: ClusterSettings;
  readonly #host: Pick<EngineHost, 'clock' | 'record'>;
  #opening: Promise<Opened> | undefined;
  #own: readonly (Redis | Cluster)[] = [];
  #queues: readonly Queue[] = [];
  #events: QueueEvents | undefined;
  #isFailing = false;
  #isEnded = false;

  constructor(settings: ClusterSettings, host: Pick<EngineHost, 'clock' | 'record'>) {
    this.#settings = settings;
    this.#host = host;
  }

  /** Opens unless it is open. @throws {EngineUnavailableError} when Redis has not answered in time. */
  open(): Promise<Opened> {
    if (this.#opening === undefined) {
      const opening = this.#open().catch(async error => {
        await this.close();
        throw error;
      });
      this.#opening = opening;
      // Who asks right after another one has the same answer; later it is tried again.
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
    return Promise.reject(new EngineUnavailableError('The app has closed.'));
  }

  /** Hears of runs that end anywhere, from now on: a hint, for some may be missed. */
  async onFinished(tell: (jobId: string) => void): Promise<void> {
    if (this.#events !== undefined) return;
    const { consumer } = await this.opened();
    if (this.#events !== undefined) return;
    this.#events = new QueueEvents(RUNS, { connection: consumer, prefix: this.#settings.prefix });
    this.#events.on('error', error => this.failed(error));
    this.#events.on('completed', ({ jobId }) => tell(jobId));
    this.#events.on('failed', ({ jobId }) => tell(jobId));
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

  /** Comes with the end of the app. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.close();
  }

  async close(): Promise<void> {
    const closing = [this.#events, ...this.#queues].map(queue => queue?.close());
    const own = this.#own;
    this.#events = undefined;
    this.#queues = [];
    this.#own = [];
    let disarm = () => {};
    const late = new Promise<void>(resolve => {
      disarm = this.#host.clock.after(LONGEST_RECONNECT_MS, resolve, { keepAlive: true });
    });
    await Promise.race([Promise.allSettled(closing), late]);
    disarm();
    own.forEach(client => client.disconnect());
  }

  async #open(): Promise<Opened> {
    const { connection, prefix } = this.#settings;
    let lastError: unknown;
    let isReady = false;
    const onError = (error: unknown) => {
      lastError = error;
      if (isReady) this.failed(error);
    };
    const make = isClient(connection) ? () => connection : await this.#maker(connection, onError);
    const producer = make({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
    const consumer = make({ maxRetriesPerRequest: null });
    const queue = <T, R>(name: string) => {
      const made = new Queue<T, R>(name, { connection: producer, prefix });
      made.on('error', onError);
      return made;
    };
    const opened = {
      producer,
      consumer,
      runs: queue<RunOrder, RunResult>(RUNS),
      facts: queue<unknown, unknown>(FACTS),
    };
    this.#queues = [opened.runs as Queue, opened.facts as Queue];
    await this.#inTime(Promise.all(this.#queues.map(queue => queue.waitUntilReady())), () => lastError);
    isReady = true;
    return opened;
  }

  async #maker(options: RedisOptions, onError: (error: unknown) => void) {
    const { Redis } = await import('ioredis');
    const { url, ...rest } = options as RedisOptions & { url?: string };
    const retryStrategy = (times: number) => Math.min(times * 100, LONGEST_RECONNECT_MS);
    return (more: RedisOptions): Redis => {
      const all = { retryStrategy, ...rest, ...more };
      const client = url === undefined ? new Redis(all) : new Redis(url, all);
      client.on('error', onError);
      this.#own = [...this.#own, client];
      return client;
    };
  }

  async #inTime(ready: Promise<unknown>, lastError: () => unknown): Promise<void> {
    let disarm = () => {};
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(unavailable(lastError()));
      disarm = this.#host.clock.after(BOOT_MS, giveUp, { keepAlive: true });
    });
    ready.catch(() => undefined);
    try {
      await Promise.race([ready, late]);
    } catch (error) {
      throw error instanceof EngineUnavailableError ? error : unavailable(error);
    } finally {
      disarm();
    }
  }
}

function unavailable(cause: unknown): EngineUnavailableError {
  const why = cause === undefined ? 'it did not answer' : reasonOf(cause);
  return new EngineUnavailableError(
    `bullmq() cannot reach Redis: ${why}. Check the connection that it was given, and whether Redis runs.`,
    { cause },
  );
}

function reasonOf(error: unknown): string {
  // Node tries all addresses of a name, and has no message for all of them together.
  const errors = error instanceof AggregateError ? error.errors : [error];
  return errors.map(one => (one instanceof Error ? one.message : String(one))).join(', ');
}
