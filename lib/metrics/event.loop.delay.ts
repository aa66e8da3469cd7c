import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often Node looks, in ms: fewer wakes of an idle process, and what is shorter harms no schedule. */
const RESOLUTION_MS = 20;

/** How late the event loop was, in seconds; 0 while Node has not looked yet. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Wakes the process 50 times a second until it is stopped. */
export interface EventLoopDelay {
  /** Since it began. */
  read(): LoopDelay;
  beginAnew(): void;
  stop(): void;
}

export function watchEventLoopDelay(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // Node measures from look to look, so that its numbers have the time between two looks in them.
  const late = (ns: number) => (histogram.count === 0 ? 0 : Math.max(ns / 1e9 - RESOLUTION_MS / 1_000, 0));
  return {
    read: () => ({
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    }),
    beginAnew: () => histogram.reset(),
    stop: () => void histogram.disable(),
  };
}
