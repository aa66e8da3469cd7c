import { parseInstant, type Instant } from '../trigger/at.trigger.js';
import type { Clock } from '../time/clock.js';

interface ManualTimer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<ManualTimer>();

  /** @param now where it stands first. @default 2026-01-01T00:00:00Z */
  constructor(now: Instant = '2026-01-01T00:00:00Z') {
    this.#now = parseInstant(now, 'ManualClock');
  }

  now = (): number => this.#now;

  setTimer = (at: number, fire: () => void): (() => void) => {
    const timer = { at, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the earliest timer is due, epoch ms; `null` when none is set. */
  get nextAt(): number | null {
    let earliest: number | null = null;
    for (const { at } of this.#timers) if (earliest === null || at < earliest) earliest = at;
    return earliest;
  }

  /** Sets the time and fires nothing: a step, forwards or backwards. Timers that are over fire with the next `fireNext`. */
  set(instant: Instant): void {
    this.#now = parseInstant(instant, 'ManualClock.set()');
  }

  /** Goes to the earliest timer that is due by `until` (epoch ms) and fires it; `false` when there is none. */
  fireNext(until: number): boolean {
    let earliest: ManualTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= until && (earliest === undefined || timer.at < earliest.at)) earliest = timer;
    }
    if (earliest === undefined) return false;
    this.#timers.delete(earliest);
    this.#now = Math.max(this.#now, earliest.at);
    earliest.fire();
    return true;
  }
}
