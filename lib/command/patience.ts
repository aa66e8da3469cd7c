import { parseDuration } from '../time/duration.js';
import { durationText } from '../time/local.time.js';

/** How long the module of an app may take until it is made. */
export const DEFAULT_TIMEOUT = '30s';

/** A stretch of real time, for all that is waited for together. */
export interface Patience {
  /** @throws {Error} that says what has not come in time, and what to do. */
  wait<T>(work: Promise<T>, missing: string): Promise<T>;
}

/** @throws {InvalidDurationError} for what is no duration. */
export function patienceOf(timeout: string): Patience {
  const ms = parseDuration(timeout, 'plan: --timeout');
  const end = performance.now() + ms;
  return {
    async wait(work, missing) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const giveUp = () => reject(new Error(lateText(missing, ms)));
        timer = setTimeout(giveUp, Math.max(end - performance.now(), 0));
        // When nothing else goes on, the end need not be waited for: nothing will come.
        timer.unref();
      });
      return Promise.race([work, late]).finally(() => clearTimeout(timer));
    },
  };
}

function lateText(missing: string, ms: number): string {
  return (
    `${missing} within ${durationText(ms)}: it waits for something, such as a connection. ` +
    `Let it do without that when it is planned, or give it longer with --timeout 2m.`
  );
}
