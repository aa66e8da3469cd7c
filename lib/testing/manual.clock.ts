import { DueQueue, type Queued } from '../engine/due-queue.js';
import { setSchedulerView, type Clock } from '../time/clock.js';
import { parseInstant, type Instant } from '../trigger/at.trigger.js';

/** Its `dueAt` is in ms of elapsed time. */
interface ManualTimer extends Queued {
  readonly fire: () => void;
  /** Whether the scheduler has set it, and not a handler or a test. */
  readonly isSchedulers: boolean;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  /** How much time has gone by, in ms: what timers go by, whatever the clock is set to. */
  #elapsed = 0;
  readonly #timers = new DueQueue<ManualTimer>();
  #created = 0;

  /** @param now where it stands first. @default 2026-01-01T00:00:00Z */
  constructor(now: Instant = '2026-01-01T00:00:00Z') {
    this.#now = parseInstant(now, 'ManualClock');
    setSchedulerView(this, { now: this.now, after: (ms, fire) => this.#set(ms, fire, true) });
  }

  now = (): number => this.#now;

  after = (ms: number, fire: () => void): (() => void) => this.#set(ms, fire, false);

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the earliest timer is due, epoch ms; `null` when none is set. */
  get nextAt(): number | null {
    const earliest = this.#timers.peek();
    return earliest === undefined ? null : this.#now + earliest.dueAt - this.#elapsed;
  }

  /**
   * Whether a timer is due now, and has not gone off yet.
   *
   * @internal
   */
  get hasDue(): boolean {
    return this.nextAt !== null && this.nextAt <= this.#now;
  }

  /**
   * Whether anybody but the scheduler waits for a timer.
   *
   * @internal
   */
  get hasOtherTimers(): boolean {
    return this.#timers.items().some(({ isSchedulers }) => !isSchedulers);
  }

  /** Sets the time: a step, forwards or backwards, as when somebody sets a clock. No time goes by. */
  set(instant: Instant): void {
    this.#now = parseInstant(instant, 'ManualClock.set()');
  }

  /** Lets time go by until the earliest timer that is due by `until` (epoch ms), and fires it; else until `until`. */
  advance(until: number): boolean {
    const earliest = this.#timers.peek();
    const hasOne = earliest !== undefined && earliest.dueAt - this.#elapsed <= until - this.#now;
    const ms = hasOne ? earliest.dueAt - this.#elapsed : Math.max(until - this.#now, 0);
    this.#now += ms;
    this.#elapsed += ms;
    if (!hasOne) return false;
    this.#timers.remove(earliest);
    earliest.fire();
    return true;
  }

  #set(ms: number, fire: () => void, isSchedulers: boolean): () => void {
    const dueAt = this.#elapsed + Math.max(ms, 0);
    const timer = { dueAt, order: this.#created++, position: 0, fire, isSchedulers };
    this.#timers.push(timer);
    return () => this.#timers.remove(timer);
  }
}
