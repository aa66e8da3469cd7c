import { RunStoreWriteError } from '../errors.js';
import type { Run } from '../run/run.js';
import { Backlog, type Batch } from './backlog.js';

/** How long what comes in waits for more, at most. */
const DELAY_MS = 100;
/** How many runs are written in one go: it takes a few ms, which the event loop can spare. */
const BATCH_SIZE = 250;
/** How many runs wait at most; beyond that they are written at once or, when that fails, lost. */
const MOST_WAITING = 10_000;
/** How long after a failure until the next try: a file that somebody has locked makes each try wait. */
export const RETRY_MS = 1_000;

/** Tells whether all that waits was written. */
interface Turn {
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Writes what comes in, some at a time. It keeps no process alive. */
export class WriteQueue {
  readonly backlog = new Backlog();
  readonly #write: (batch: Batch) => void;
  #turn: Turn | null = null;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** Why the last try failed; `null` when it did not. */
  #failure: RunStoreWriteError | null = null;
  #lost = 0;

  /** @param write writes all of a batch or, when it throws, nothing. */
  constructor(write: (batch: Batch) => void) {
    this.#write = write;
  }

  get isFailing(): boolean {
    return this.#failure !== null;
  }

  /**
   * Resolves when the run is written. Rejects when that failed, and will be tried again; or when earlier ones were
   * lost, as can be told now that writing works again.
   */
  append(run: Run): Promise<void> {
    if (this.backlog.size >= MOST_WAITING && !this.backlog.runs.has(run.id)) this.#makeRoom();
    this.backlog.put(run);
    const written = this.#wait();
    const loss = this.#lossToTell();
    return loss === null ? written : Promise.reject(loss);
  }

  /** The same for a value: JSON by key; `undefined` removes it. */
  save(key: string, json: string | undefined): Promise<void> {
    this.backlog.putValue(key, json);
    return this.#wait();
  }

  /**
   * Writes all that waits, now.
   *
   * @returns why that failed, and it goes on waiting; `null` when all is written.
   */
  flush(): RunStoreWriteError | null {
    while (!this.backlog.isEmpty) {
      if (!this.#writeSome()) return this.#failure;
    }
    return null;
  }

  #wait(): Promise<void> {
    this.#turn ??= newTurn();
    const { written } = this.#turn;
    if (this.#failure === null && this.backlog.size >= BATCH_SIZE) this.#goOn();
    else this.#timer ??= setTimeout(() => this.#go(), DELAY_MS).unref();
    return written;
  }

  #go(): void {
    if (this.#writeSome() && !this.backlog.isEmpty) this.#goOn();
  }

  /** After what else the event loop has to do. */
  #goOn(): void {
    this.#immediate ??= setImmediate(() => this.#go());
  }

  #writeSome(): boolean {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = this.#immediate = undefined;
    const batch = this.backlog.batch(BATCH_SIZE);
    try {
      this.#write(batch);
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.backlog.written(batch);
    this.#failure = null;
    if (this.backlog.isEmpty) this.#endTurn(({ resolve }) => resolve());
    return true;
  }

  #failed(cause: unknown): void {
    const failure = new RunStoreWriteError({ waiting: this.backlog.size, lost: this.#lost }, cause);
    this.#failure = failure;
    this.#endTurn(({ reject }) => reject(failure));
    this.#timer = setTimeout(() => this.#go(), RETRY_MS).unref();
  }

  #endTurn(end: (turn: Turn) => void): void {
    if (this.#turn !== null) end(this.#turn);
    this.#turn = null;
  }

  #makeRoom(): void {
    if (this.#failure === null && this.#writeSome()) return;
    this.backlog.loseOldest();
    this.#lost++;
  }

  #lossToTell(): RunStoreWriteError | null {
    if (this.#lost === 0 || this.#failure !== null) return null;
    const loss = new RunStoreWriteError({ waiting: 0, lost: this.#lost });
    this.#lost = 0;
    return loss;
  }
}

function newTurn(): Turn {
  let [resolve, reject]: [Turn['resolve'], Turn['reject']] = [() => {}, () => {}];
  const written = new Promise<void>((...ends) => ([resolve, reject] = ends));
  // Who does not ask whether it was written is not to end the process when it was not.
  written.catch(() => undefined);
  return { written, resolve, reject };
}
