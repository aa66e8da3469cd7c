import type { StsEvent } from '../run/run.events.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { GoingAttempts } from './going.attempts.js';
import { durationText } from '../time/local.time.js';
import type { ManualClock } from './manual.clock.js';

/** So many timers go off for a run that may wait for one of them; those of others may never come to an end. */
const MOST_HOPES = 100_000;

/** Lets time go by, timer by timer: what a timer has started ends, or is waited for in vain, before the next one. */
export class PassingTime {
  readonly #clock: ManualClock;
  readonly #patienceMs: number;
  readonly #going: GoingAttempts;

  constructor(clock: ManualClock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#going = new GoingAttempts(clock, patienceMs);
  }

  hear(event: StsEvent): void {
    this.#going.hear(event);
  }

  /** Waits in real time for the handlers that were called, no longer than the kit's patience. */
  settle(): Promise<void> {
    return this.#going.settle();
  }

  /** @param instant epoch ms. */
  async until(instant: number): Promise<void> {
    await this.settle();
    while (this.#clock.advance(instant)) await this.settle();
  }

  /**
   * Until a run has ended.
   *
   * @throws {Error} when neither time nor I/O ends it.
   */
  async untilEndOf(runId: string, name: string, registry: SchedulerRegistry): Promise<void> {
    const hasTimeout = registry.has(name) && registry.get(name).timeoutMs !== null;
    let isWaiting = false;
    for (let left = MOST_HOPES; left > 0;) {
      await this.settle();
      const startAt = this.#going.startOf(runId);
      isWaiting = this.#going.isWaiting(runId);
      if (startAt === undefined && !isWaiting) return;
      const willEnd = startAt !== undefined && (hasTimeout || startAt > this.#clock.now());
      // What others wait for may bring it, too: the slot of a limit, or what a handler awaits.
      if (!willEnd) left--;
      const mayEnd =
        willEnd ||
        isWaiting ||
        this.#clock.hasDue ||
        this.#clock.hasOtherTimers ||
        this.#going.nextStart !== null;
      if (!mayEnd || this.#clock.nextAt === null) break;
      this.#clock.advance(this.#clock.nextAt);
    }
    throw new Error(isWaiting ? neverStarts(name) : neverEnds(name, this.#patienceMs));
  }

  /** Until the promise has settled, however much time that takes. */
  async untilSettled(promise: Promise<void>): Promise<void> {
    let isSettled = false;
    const settled = promise.finally(() => (isSettled = true));
    settled.catch(() => undefined); // It is thrown below, when time has gone by.
    while (!isSettled) {
      await this.settle();
      if (!isSettled && this.#clock.nextAt !== null) this.#clock.advance(this.#clock.nextAt);
    }
    await settled;
  }
}

function neverStarts(name: string): string {
  return `${name} does not start: its run waits for another one that does not end, of its task or under the same limit.`;
}

function neverEnds(name: string, patienceMs: number): string {
  return (
    `${name} does not end: its handler has not returned within ${patienceText(patienceMs)}, and no time that goes by ` +
    `ends it. ${PATIENCE_REMEDY} A handler that should take its time waits on STS_CLOCK; a \`timeout\` ends one that hangs.`
  );
}

/** The kit's patience in words. */
export function patienceText(ms: number): string {
  return `the patience of the kit, ${ms === 0 ? '0ms' : durationText(ms)} of real time`;
}

export const PATIENCE_REMEDY =
  "For slow I/O, give the kit more patience: StsTestKit.create(…, { patience: '10s' }).";
