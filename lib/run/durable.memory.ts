import type { Clock } from '../time/clock.js';
import type { StsEvent } from './run.events.js';
import type { DurableState } from './run.store.js';

/** Where a memory keeps things, and tells what went wrong. */
export interface DurableMemoryHost {
  /** `undefined` when the store forgets all with the process. */
  readonly durable: DurableState | undefined;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** How long all that is asked at a start may take together. */
const PATIENCE_MS = 10_000;

/** What outlives the process. A store that fails or hangs costs what it knows: never a run, and never the start. */
export class DurableMemory {
  readonly #host: DurableMemoryHost;
  /** What is to be saved, in the state in which it then is. */
  readonly #unsaved = new Map<string, () => unknown>();
  #leftMs = PATIENCE_MS;
  /** Whether it was told that the store fails; once, until it works again. */
  #isDown = false;

  constructor(host: DurableMemoryHost) {
    this.#host = host;
  }

  /** Whether anything outlives the process. */
  get isDurable(): boolean {
    return this.#host.durable !== undefined;
  }

  /** What is asked from now on has its whole time. */
  renewPatience(): void {
    this.#leftMs = PATIENCE_MS;
  }

  /** The answer; `undefined` when there is none: nothing is kept, the store fails, or it has taken too long already. */
  async ask<T>(question: (durable: DurableState) => T | Promise<T>): Promise<T | undefined> {
    const { durable } = this.#host;
    if (durable === undefined || this.#leftMs <= 0) return undefined;
    try {
      const answer = await this.#inTime(Promise.resolve(question(durable)));
      this.#isDown = false;
      return answer;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Keeps a value that JSON can hold, soon: it is made once, however often it changes meanwhile. */
  saveSoon(key: string, value: () => unknown): void {
    if (!this.isDurable) return;
    if (this.#unsaved.size === 0) queueMicrotask(() => this.#save());
    this.#unsaved.set(key, value);
  }

  /** What was recorded and is to be saved so far is kept now: a crash right after it does not undo it. */
  flush(): void {
    this.#save();
    this.#tell(durable => durable.flush());
  }

  #save(): void {
    for (const [key, value] of this.#unsaved) this.#tell(durable => durable.save(key, value()));
    this.#unsaved.clear();
  }

  #tell(say: (durable: DurableState) => void | Promise<void>): void {
    const { durable } = this.#host;
    if (durable === undefined) return;
    try {
      Promise.resolve(say(durable)).then(
        () => (this.#isDown = false),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock } = this.#host;
    const askedAt = clock.now();
    let disarm = () => {};
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new Error(`The run store had not answered after ${PATIENCE_MS} ms.`));
      disarm = clock.after(this.#leftMs, giveUp, { keepAlive: true });
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      disarm();
      this.#leftMs -= Math.max(clock.now() - askedAt, 0);
    }
  }

  #failed(error: unknown): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#host.record({ type: 'storeFailed', at: this.#host.clock.now(), error });
  }
}
