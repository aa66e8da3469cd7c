import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often Node looks, in ms: fewer wakes of an idle process, and what is shorter harms no schedule. */
const RESOLUTION_MS = 20;

/** How late the event loop was, in seconds, since it was asked last. */
export interface LoopDelay {
  readonly p99: number;
  readonly max: number;
}

export interface EventLoopDelay {
  read(): LoopDelay;
  stop(): void;
}

export function watchEventLoopDelay(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    read() {
      // Node measures from look to look, so that its numbers have the time between two looks in them.
      const [p99, max] = [histogram.percentile(99), histogram.max].map(ns =>
        histogram.count === 0 ? 0 : Math.max(ns / 1e9 - RESOLUTION_MS / 1_000, 0),
      );
      histogram.reset();
      return { p99: p99!, max: max! };
    },
    stop: () => void histogram.disable(),
  };
}
