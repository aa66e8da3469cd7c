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

/** A start waits no longer for what its store remembers. */
const PATIENCE_MS = 10_000;

/** What outlives the process. A store that fails or hangs costs what it knows: never a run, and never the start. */
export class DurableMemory {
  readonly #host: DurableMemoryHost;
  /** Whether an answer is overdue: then no other is asked for. */
  #isHanging = false;

  constructor(host: DurableMemoryHost) {
    this.#host = host;
  }

  /** Whether anything outlives the process. */
  get isDurable(): boolean {
    return this.#host.durable !== undefined;
  }

  /** The answer; `undefined` when there is none, because nothing is kept or the store fails. */
  async ask<T>(question: (durable: DurableState) => T | Promise<T>): Promise<T | undefined> {
    const { durable } = this.#host;
    if (durable === undefined || this.#isHanging) return undefined;
    try {
      const answer = question(durable);
      return answer instanceof Promise ? await this.#inTime(answer) : answer;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** Keeps a value that JSON can hold; `undefined` removes it. */
  save(key: string, value: unknown): void {
    this.#tell(durable => durable.save(key, value));
  }

  /** What was recorded so far is kept now: a crash right after it does not undo it. */
  flush(): void {
    this.#tell(durable => durable.flush());
  }

  #tell(say: (durable: DurableState) => void | Promise<void>): void {
    const { durable } = this.#host;
    if (durable === undefined) return;
    try {
      const said = say(durable);
      if (said instanceof Promise) said.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let disarm = () => {};
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => {
        this.#isHanging = true;
        reject(new Error(`The run store had not answered after ${PATIENCE_MS} ms.`));
      };
      disarm = this.#host.clock.after(PATIENCE_MS, giveUp, { keepAlive: true });
    });
    const onAnswer = () => (this.#isHanging = false);
    answer.then(onAnswer, onAnswer);
    return Promise.race([answer, late]).finally(disarm);
  }

  #failed(error: unknown): void {
    this.#host.record({ type: 'storeFailed', at: this.#host.clock.now(), error });
  }
}
