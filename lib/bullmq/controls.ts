import type { Clock } from '../time/clock.js';
import type { Connections } from './connections.js';

export interface ControlsHost {
  readonly connections: Connections;
  readonly clock: Clock;
}

/** What somebody wants of all processes. */
export interface Control<T = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly data: T;
}

/** A word of a change may get lost. */
const LOOK_MS = 1_000;

/**
 * What people want of all processes, such as pauses, as this one knows it: it reads all of it when it starts, when it hears
 * of a change, and each second. There are few of them.
 */
export class Controls {
  readonly #host: ControlsHost;
  readonly #hearers: ((all: readonly Control[]) => void)[] = [];
  #disarm: (() => void) | undefined;
  #isListening = false;
  #reading: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(host: ControlsHost) {
    this.#host = host;
  }

  /** Hears all of it each time when it was read. */
  hear(hearer: (all: readonly Control[]) => void): void {
    this.#hearers.push(hearer);
  }

  /** Resolves when all is known that stands there now. @throws what the server says. */
  async start(): Promise<void> {
    await this.read();
    if (this.#disarm !== undefined) return;
    this.#arm();
    this.#listen();
  }

  stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  /** Sets one under its id, unless there is one. Resolves when the others are told. */
  async set<T>({ id, kind, data }: Control<T>): Promise<void> {
    const { controls } = await this.#host.connections.opened();
    await controls.add(kind, data, { jobId: id });
    await this.#tell();
  }

  /** Sets what stands there already. */
  async replace<T>({ id, data }: Control<T>): Promise<void> {
    const { controls } = await this.#host.connections.opened();
    const job = await controls.getJob(id);
    await job?.updateData(data);
    await this.#tell();
  }

  async unset(ids: readonly string[]): Promise<void> {
    const { controls } = await this.#host.connections.opened();
    for (const id of ids) await controls.remove(id);
    await this.#tell();
  }

  /** Resolves when everything is known that stood there at this call. */
  read(): Promise<void> {
    if (this.#reading === undefined) {
      const done = () => void (this.#reading = undefined);
      return (this.#reading = this.#read().finally(done));
    }
    const again = () => {
      this.#next = undefined;
      return this.read();
    };
    return (this.#next ??= this.#reading.then(again, again));
  }

  async #tell(): Promise<void> {
    const { controls } = await this.#host.connections.opened();
    await controls.getBackend().publishEvent({ event: 'changed' }, MOST_EVENTS);
    await this.read();
  }

  async #read(): Promise<void> {
    const { controls } = await this.#host.connections.opened();
    const jobs = (await controls.getJobs(['waiting'])).filter(job => job !== undefined);
    const all = jobs.map(({ id, name, data }): Control => ({ id: id!, kind: name, data }));
    for (const hearer of this.#hearers) hearer(all);
  }

  /** A server that is away is asked again. */
  #look(): Promise<void> {
    const { connections } = this.#host;
    return this.read().then(
      () => connections.worked(),
      (error: unknown) => connections.failed(error),
    );
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { connections } = this.#host;
    connections
      .onChanged(() => void this.#look())
      .catch((error: unknown) => {
        this.#isListening = false;
        connections.failed(error);
      });
  }

  #arm(): void {
    this.#disarm = this.#host.clock.after(LOOK_MS, () => {
      const again = () => {
        if (this.#disarm === undefined) return;
        this.#listen();
        this.#arm();
      };
      void this.#look().then(again);
    });
  }
}

/** How many changes the server keeps, for whoever reads slowly: each says the same. */
const MOST_EVENTS = 100;
