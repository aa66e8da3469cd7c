/** Where the scheduler reads the time and sets its timers; a test brings its own. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /**
   * Calls `fire` once, as soon as `now() >= at` (epoch ms), however far off that is; never before, and never
   * within this call.
   *
   * @returns a function that takes the timer back; calling it late or twice does nothing.
   */
  setTimer(at: number, fire: () => void): () => void;
}

/** The longest delay that Node's timers know, about 24.8 days; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * The computer's own clock.
 *
 * @param options.keepAlive whether a pending timer keeps the process alive.
 */
export function systemClock({ keepAlive }: { keepAlive: boolean }): Clock {
  return {
    now: Date.now,
    setTimer(at, fire) {
      let timer: NodeJS.Timeout;
      const arm = () => {
        timer = setTimeout(check, Math.min(Math.max(at - Date.now(), 0), LONGEST_DELAY_MS));
        if (!keepAlive) timer.unref();
      };
      // Node's timers run on another clock than Date.now(): they may be early by a millisecond.
      const check = () => (Date.now() >= at ? fire() : arm());
      arm();
      return () => clearTimeout(timer);
    },
  };
}
