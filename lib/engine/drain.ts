import type { Clock } from '../time/clock.js';
import type { StsEvent } from '../run/run.events.js';
import type { ActiveRun } from './active.run.js';
import type { StopOptions } from './engine.js';

/** What a drain may use. */
export interface DrainHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
}

/** How long a handler may take to obey its abort before its run is abandoned. */
const ABORT_GRACE_MS = 1_000;

/**
 * Ends runs one after another in the order of their tasks' `shutdownOrder`, equal numbers together: each may go
 * on for the grace of its task, counted from the end of the one before; then its signal aborts; a second later it
 * is abandoned. At the end of `timeoutMs` all are.
 */
export async function drain(
  runs: readonly ActiveRun[],
  options: StopOptions,
  host: DrainHost,
): Promise<void> {
  const { clock } = host;
  const deadline = clock.now() + options.timeoutMs;
  // Retries do not start any more, so nothing is gained by waiting for them.
  runs.forEach(run => run.cancelWait('drain'));
  const abortAll = clock.setTimer(deadline - ABORT_GRACE_MS, () => runs.forEach(run => run.cancel('drain')));
  for (const batch of options.running === 'wait' ? inOrder(runs) : [runs]) {
    await Promise.all(batch.map(run => endRun(run, options.running, deadline, host)));
  }
  abortAll();
}

async function endRun(run: ActiveRun, running: StopOptions['running'], deadline: number, host: DrainHost) {
  const { clock, record } = host;
  const about = { taskName: run.task.name, runId: run.id };
  const graceMs = running === 'wait' ? run.task.shutdownGraceMs : 0;
  const until = Math.max(clock.now(), Math.min(clock.now() + graceMs, deadline - ABORT_GRACE_MS));
  if (until > clock.now()) record({ type: 'drainWaiting', at: clock.now(), ...about, until });
  if (await endsBefore(run, until, clock)) return;
  record({ type: 'drainAborting', at: clock.now(), ...about });
  run.cancel('drain');
  if (await endsBefore(run, Math.min(clock.now() + ABORT_GRACE_MS, deadline), clock)) return;
  run.abandon();
  await run.finished();
}

/** Whether the run ends before an instant; resolves at the earlier of the two. */
function endsBefore(run: ActiveRun, at: number, clock: Clock): Promise<boolean> {
  return new Promise(resolve => {
    const disarm = clock.setTimer(at, () => resolve(false));
    void run.finished().then(() => {
      disarm();
      resolve(true);
    });
  });
}

function inOrder(runs: readonly ActiveRun[]): readonly (readonly ActiveRun[])[] {
  const batches = new Map<number, ActiveRun[]>();
  for (const run of runs) {
    const { shutdownOrder } = run.task;
    batches.set(shutdownOrder, [...(batches.get(shutdownOrder) ?? []), run]);
  }
  return [...batches.entries()].sort(([a], [b]) => a - b).map(([, batch]) => batch);
}
