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

interface Check {
  readonly waiting: Ping[];
  isBusy: boolean;
  isDown: boolean;
}

/** So many pings of a check wait at most: the oldest are dropped, for the newest say how it stands. */
const MOST_WAITING = 20;
const FIRST_WAIT_MS = 1_000;

/** Sends pings beside everything else: those of a check one after another, for a start must not overtake an end. */
export class PingQueue {
  readonly #host: PingQueueHost;
  readonly #checks = new Map<string, Check>();
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
    const check = this.#checks.get(ping.url) ?? { waiting: [], isBusy: false, isDown: false };
    this.#checks.set(ping.url, check);
    check.waiting.push(ping);
    if (check.waiting.length > MOST_WAITING) check.waiting.shift();
    this.#wake();
  }

  /** Resolves when all have been sent, or after so many ms; from then on nothing is sent. */
  async close(timeoutMs: number): Promise<void> {
    if (!this.#isIdle()) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#abort.abort();
    this.#checks.clear();
  }

  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#sendWaiting();
    });
  }

  #sendWaiting(): void {
    for (const check of this.#checks.values()) {
      if (this.#sending >= this.#host.concurrency) return;
      const ping = check.isBusy ? undefined : check.waiting.shift();
      if (ping !== undefined) void this.#send(check, ping);
    }
    if (this.#isIdle()) this.#onIdle?.();
  }

  async #send(check: Check, ping: Ping): Promise<void> {
    check.isBusy = true;
    this.#sending++;
    const refusal = await this.#tried(ping);
    const isDown = refusal !== undefined;
    if (isDown !== check.isDown && !this.#abort.signal.aborted) this.#host.onChange(ping, refusal);
    check.isDown = isDown;
    check.isBusy = false;
    this.#sending--;
    this.#wake();
  }

  async #tried(ping: Ping): Promise<Refusal | undefined> {
    const { signal } = this.#abort;
    for (let attempt = 0; ; attempt++) {
      const timeout = AbortSignal.timeout(this.#host.timeoutMs);
      const refusal = await send(ping, AbortSignal.any([timeout, signal]));
      const isLast = attempt >= this.#host.retries || signal.aborted;
      if (refusal === undefined || !refusal.mayWork || isLast) return refusal;
      await waited(FIRST_WAIT_MS * 2 ** attempt, signal);
    }
  }

  #isIdle(): boolean {
    return this.#sending === 0 && [...this.#checks.values()].every(({ waiting }) => waiting.length === 0);
  }
}

/** Keeps no process alive. */
function waited(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
