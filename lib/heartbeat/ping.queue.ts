import { setTimeout as wait } from 'node:timers/promises';
import { send, type Ping, type Refusal } from './ping.js';

export interface PingLimits {
  /** How long one try may take, in ms. */
  readonly timeoutMs: number;
  /** How many tries may follow the first one. */
  readonly retries: number;
  /** How many checks are told at once. */
  readonly concurrency: number;
}

export interface PingQueueHost extends PingLimits {
  /** Hears of a check that cannot be told, once until it can, and then of that. */
  readonly onChange: (ping: Ping, refusal: Refusal | undefined) => void;
}

/** A check that is to be told something. */
interface Check {
  /** What it is told just now. */
  ping: Ping;
  /** How often that has failed. */
  failures: number;
  /** Why it failed last. */
  refusal: Refusal | undefined;
  readonly waiting: Ping[];
}

/** So many pings of a check wait at most: the oldest are dropped, for the newest say how it stands. */
const MOST_WAITING = 20;
/** Of so many checks it is known that they cannot be told. */
const MOST_DOWN = 1_000;
const FIRST_WAIT_MS = 1_000;

/**
 * Sends pings beside everything else: those of a check one after another, for a start must not overtake an end. Checks
 * take turns, one try each, so that one that is slow or down keeps no other one waiting for long.
 */
export class PingQueue {
  readonly #host: PingQueueHost;
  /** By address, as long as there is something to tell. */
  readonly #checks = new Map<string, Check>();
  /** Whose turn it is, the first one first. */
  readonly #turns: Check[] = [];
  readonly #down = new Set<string>();
  readonly #abort = new AbortController();
  #sending = 0;
  #isWoken = false;
  #onIdle: (() => void) | undefined;

  constructor(host: PingQueueHost) {
    this.#host = host;
  }

  /** Sends nothing within this call, which may be part of a run. */
  add(ping: Ping): void {
    if (this.#abort.signal.aborted) return;
    const known = this.#checks.get(ping.url);
    if (known !== undefined) {
      known.waiting.push(ping);
      if (known.waiting.length > MOST_WAITING) known.waiting.shift();
      return;
    }
    const check = { ping, failures: 0, refusal: undefined, waiting: [] };
    this.#checks.set(ping.url, check);
    this.#takeTurn(check);
  }

  /**
   * Resolves when all have been sent, or after so many ms; from then on nothing is sent, and of each check with something
   * left to tell the host hears.
   */
  async close(timeoutMs: number): Promise<void> {
    if (this.#checks.size > 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const { ping, refusal } of this.#checks.values()) this.#note(ping, leftAtClose(refusal));
    this.#abort.abort();
    this.#checks.clear();
    this.#turns.length = 0;
  }

  #takeTurn(check: Check): void {
    this.#turns.push(check);
    this.#wake();
  }

  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      const free = Math.max(this.#host.concurrency - this.#sending, 0);
      for (const check of this.#turns.splice(0, free)) void this.#tell(check);
    });
  }

  async #tell(check: Check): Promise<void> {
    const { ping } = check;
    const refusal = await this.#sent(ping);
    check.refusal = refusal;
    if (refusal?.mayWork === true && check.failures < this.#host.retries) {
      await this.#waited(FIRST_WAIT_MS * 2 ** check.failures++);
    } else {
      this.#note(ping, refusal);
      const next = check.waiting.shift();
      if (next === undefined) return this.#end(check);
      check.ping = next;
      check.failures = 0;
    }
    if (!this.#abort.signal.aborted) this.#takeTurn(check);
  }

  async #sent(ping: Ping): Promise<Refusal | undefined> {
    this.#sending++;
    const timeout = AbortSignal.timeout(this.#host.timeoutMs);
    const refusal = await send(ping, AbortSignal.any([timeout, this.#abort.signal]));
    this.#sending--;
    this.#wake();
    return refusal;
  }

  #note(ping: Ping, refusal: Refusal | undefined): void {
    const isDown = refusal !== undefined;
    if (isDown === this.#down.has(ping.url) || this.#abort.signal.aborted) return;
    this.#host.onChange(ping, refusal);
    this.#down.delete(ping.url);
    if (!isDown) return;
    if (this.#down.size >= MOST_DOWN) this.#down.delete(this.#down.values().next().value!);
    this.#down.add(ping.url);
  }

  #end({ ping }: Check): void {
    this.#checks.delete(ping.url);
    if (this.#checks.size === 0) this.#onIdle?.();
  }

  /** Keeps no process alive, and ends with the queue. */
  async #waited(ms: number): Promise<void> {
    const { signal } = this.#abort;
    await wait(ms, undefined, { signal, ref: false }).catch(() => signal.aborted);
  }
}

function leftAtClose(last: Refusal | undefined): Refusal {
  const why =
    last === undefined ? 'the app has closed before it answered' : `${last.why}, and the app has closed`;
  return { why, mayWork: true };
}
