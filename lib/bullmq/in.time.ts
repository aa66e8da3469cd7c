import type { Clock } from '../time/clock.js';

/**
 * Waits for some work, but no longer than `ms`; the process stays alive meanwhile. What fails rejects.
 *
 * @returns whether it came in time.
 */
export async function inTime(clock: Clock, work: Promise<unknown>, ms: number): Promise<boolean> {
  let disarm = () => {};
  const late = new Promise<false>(resolve => {
    disarm = clock.after(ms, () => resolve(false), { keepAlive: true });
  });
  // What fails later is nobody's any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    disarm();
  }
}
