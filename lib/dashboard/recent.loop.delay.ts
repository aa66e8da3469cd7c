import { watchEventLoopDelay, type EventLoopDelay } from '../metrics/event.loop.delay.js';
import type { SchedulerView } from './api.views.js';

const WINDOW_MS = 60_000;
/** To measure wakes the process again and again: it ends when nobody has asked for so long. */
const IDLE_MS = 120_000;

/** By how much the event loop is late, over the last minute at most, while somebody asks. */
export class RecentLoopDelay {
  #watch: EventLoopDelay | undefined;
  #since = 0;
  #idle: NodeJS.Timeout | undefined;

  read(): SchedulerView['eventLoop'] {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS).unref();
    this.#watch ??= this.#begun();
    const { p50, p99, max } = this.#watch.read();
    if (performance.now() - this.#since > WINDOW_MS) this.#beginAnew(this.#watch);
    return { p50Ms: ms(p50), p99Ms: ms(p99), maxMs: ms(max) };
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#watch?.stop();
    this.#watch = undefined;
  }

  #begun(): EventLoopDelay {
    this.#since = performance.now();
    return watchEventLoopDelay();
  }

  #beginAnew(watch: EventLoopDelay): void {
    this.#since = performance.now();
    watch.beginAnew();
  }
}

const ms = (seconds: number) => Math.round(seconds * 1e4) / 10;
