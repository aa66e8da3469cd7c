import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { SchedulerView } from './api.views.js';

/** How often the delay is measured, in ms; it is part of what is measured. */
const RESOLUTION_MS = 20;
const WINDOW_MS = 60_000;
/** To measure wakes the process 50 times a second: it ends when nobody has asked for so long. */
const IDLE_MS = 120_000;

/** By how much the event loop is late, over the last minute at most, while somebody asks. */
export class EventLoopDelay {
  #histogram: IntervalHistogram | undefined;
  #since = 0;
  #idle: NodeJS.Timeout | undefined;

  read(): SchedulerView['eventLoop'] {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS).unref();
    if (this.#histogram === undefined) this.#start();
    const histogram = this.#histogram!;
    const ms = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e5) / 10 - RESOLUTION_MS);
    const [p50Ms, p99Ms, maxMs] =
      histogram.count === 0
        ? [0, 0, 0]
        : [ms(histogram.percentile(50)), ms(histogram.percentile(99)), ms(histogram.max)];
    if (performance.now() - this.#since > WINDOW_MS) this.#begin();
    return { p50Ms, p99Ms, maxMs };
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#histogram?.disable();
    this.#histogram = undefined;
  }

  #start(): void {
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
    this.#begin();
  }

  #begin(): void {
    this.#histogram!.reset();
    this.#since = performance.now();
  }
}
