/** Where the scheduler reads the time and sets its timers; a test brings its own. */
export interface Clock {
  /** What the wall clock shows, epoch ms. It may be set, forwards and backwards. */
  now(): number;
  /**
   * Calls `fire` once, when `ms` (0 or more, however many) have gone by, whatever happens to the wall clock
   * meanwhile; never before, and never within this call.
   *
   * @param options.keepAlive whether the wait keeps the process alive. @default the clock's own choice
   * @returns a function that takes the timer back; calling it late or twice does nothing.
   */
  after(ms: number, fire: () => void, options?: { readonly keepAlive?: boolean }): () => void;
}

/** The longest delay that Node's timers know, about 24.8 days; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * The computer's own clock.
 *
 * @param options.keepAlive whether a pending timer keeps the process alive, unless it says otherwise.
 */
export function systemClock(own: { keepAlive: boolean }): Clock {
  const clock: Clock = {
    now: Date.now,
    after(ms, fire, { keepAlive } = own) {
      const end = performance.now() + ms;
      let timer: NodeJS.Timeout;
      const arm = (leftMs: number) => {
        timer = setTimeout(check, Math.min(Math.ceil(leftMs), LONGEST_DELAY_MS));
        if (!keepAlive) timer.unref();
      };
      // Node's timers count in whole milliseconds of their own: they may be early by a part of one.
      const check = () => {
        const leftMs = end - performance.now();
        if (leftMs > 0) arm(leftMs);
        else fire();
      };
      arm(ms);
      return () => clearTimeout(timer);
    },
  };
  systemClocks.add(clock);
  return clock;
}

const systemClocks = new WeakSet<Clock>();

/** Whether a clock shows real time, and not what a test or an app lets it show. */
export function isSystemClock(clock: Clock): boolean {
  return systemClocks.has(clock);
}

const schedulerViews = new WeakMap<Clock, Clock>();

/** Says which clock a scheduler uses that was given another one, so that the timers of both can be told apart. */
export function setSchedulerView(clock: Clock, view: Clock): void {
  schedulerViews.set(clock, view);
}

/** A clock as the scheduler uses it. */
export function schedulerViewOf(clock: Clock): Clock {
  return schedulerViews.get(clock) ?? clock;
}
