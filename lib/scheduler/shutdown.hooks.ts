import { systemClock } from '../time/clock.js';

/** An app calls `enableShutdownHooks()` before or after its start, so the look comes later. */
const DELAY_MS = 5_000;

/**
 * Looks once, a little after the start, whether anything listens to SIGTERM: if not, it cuts runs off.
 *
 * @param report is called when nothing does.
 * @returns a function that takes the look back.
 */
export function checkShutdownHooks(report: () => void): () => void {
  return systemClock({ keepAlive: false }).after(DELAY_MS, () => {
    if (process.listenerCount('SIGTERM') === 0) report();
  });
}
