import type { Clock } from '../time/clock.js';
import type { ActiveRun } from './active.run.js';

/** How long a handler may take to obey its cancellation before it is given up. */
const CANCEL_GRACE_MS = 5_000;

/** Ends a wait at once, or asks a handler to end, which has 5 s for that. */
export function cancel(run: ActiveRun, reason: string, clock: Clock): void {
  run.cancel(reason);
  if (run.hasEnded || run.isCancelled) return;
  run.isCancelled = true;
  run.onEnd(clock.after(CANCEL_GRACE_MS, () => run.giveUp({ kind: 'cancelled', reason })));
}
