import type { AttemptOutcome } from '../run/outcome.js';
import type { UnsettledHandlers } from '../executor/unsettled.handlers.js';
import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';
import type { ActiveRun } from './active.run.js';
import type { StopOptions } from './engine.js';

/** What a drain may use. */
export interface DrainHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  readonly unsettled: UnsettledHandlers;
}

/** How long a handler may take to obey its abort before its run is abandoned. */
const ABORT_GRACE_MS = 1_000;

const ABANDONED: AttemptOutcome = Object.freeze({ kind: 'abandoned', reason: 'drain' });

/**
 * Ends runs one after another in the order of their tasks' `shutdownOrder`, equal numbers together: each may go
 * on for the grace of its task, counted from the end of the one before; then its signal aborts; a second later it
 * is abandoned. At the end of the drain's timeout all are.
 */
export class Drain {
  readonly #findRuns: () => readonly ActiveRun[];
  #runs: readonly ActiveRun[] = [];
  #isHastened: boolean;
  readonly #options: StopOptions;
  readonly #host: DrainHost;
  readonly #aborted = new Set<ActiveRun>();
  readonly #timers = new Set<() => void>();
  #finished: Promise<void> | undefined;

  /** @param findRuns what has not ended, asked when the drain begins. */
  constructor(findRuns: () => readonly ActiveRun[], options: StopOptions, host: DrainHost) {
    this.#findRuns = findRuns;
    this.#options = options;
    this.#isHastened = options.running === 'abort';
    this.#host = host;
  }

  /** Begins unless it has begun. Resolves when all runs have ended. */
  finished(): Promise<void> {
    // Who hears of the drain may ask for it again: by then it has its promise.
    return (this.#finished ??= Promise.resolve().then(() => this.#endAll()));
  }

  async #endAll(): Promise<void> {
    const { clock, record, unsettled } = this.#host;
    const { timeoutMs } = this.#options;
    const startedAt = clock.now();
    this.#runs = this.#findRuns();
    record({ type: 'drainStarted', at: startedAt, running: this.#runs.map(run => run.id) });
    this.#after(Math.max(timeoutMs - ABORT_GRACE_MS, 0), () => this.#abortAll());
    this.#after(timeoutMs, () => this.#abandonAll());
    // Retries do not start any more, so nothing is gained by waiting for them.
    for (const run of this.#runs) run.cancelWait('drain');
    if (this.#isHastened) this.hasten();
    for (const batch of inOrder(this.#runs)) await Promise.all(batch.map(run => this.#end(run)));
    this.#timers.forEach(disarm => disarm());
    const left = this.#runs.filter(run => run.snapshot().outcome?.kind === 'abandoned');
    const at = clock.now();
    const abandoned = left.map(run => run.id);
    record({ type: 'drainFinished', at, tookMs: at - startedAt, abandoned, unsettled: unsettled.list() });
  }

  /** Aborts all runs at once, and a second later abandons those that do not obey. */
  hasten(): void {
    this.#isHastened = true;
    this.#abortAll();
    this.#after(ABORT_GRACE_MS, () => this.#abandonAll());
  }

  async #end(run: ActiveRun): Promise<void> {
    if (run.hasEnded) return;
    if (this.#aborted.has(run)) return void (await run.finished());
    const { shutdownGraceMs, name } = run.task;
    const { clock, record } = this.#host;
    if (shutdownGraceMs > 0) {
      record({
        type: 'drainWaiting',
        at: clock.now(),
        taskName: name,
        runId: run.id,
        graceMs: shutdownGraceMs,
      });
    }
    const disarm = this.#after(shutdownGraceMs, () => {
      this.#abort(run);
      this.#after(ABORT_GRACE_MS, () => run.giveUp(ABANDONED));
    });
    await run.finished();
    disarm();
  }

  #abort(run: ActiveRun): void {
    if (run.hasEnded || this.#aborted.has(run)) return;
    this.#aborted.add(run);
    const { clock, record } = this.#host;
    record({ type: 'drainAborting', at: clock.now(), taskName: run.task.name, runId: run.id });
    run.cancel('drain');
  }

  #abortAll(): void {
    for (const run of this.#runs) this.#abort(run);
  }

  #abandonAll(): void {
    for (const run of this.#runs) run.giveUp(ABANDONED);
  }

  /** Somebody waits for the end of a drain, so its timers hold the process. */
  #after(ms: number, fire: () => void): () => void {
    const disarm = this.#host.clock.after(ms, fire, { keepAlive: true });
    this.#timers.add(disarm);
    return disarm;
  }
}

function inOrder(runs: readonly ActiveRun[]): readonly (readonly ActiveRun[])[] {
  const batches = new Map<number, ActiveRun[]>();
  for (const run of runs) {
    const { shutdownOrder } = run.task;
    batches.set(shutdownOrder, [...(batches.get(shutdownOrder) ?? []), run]);
  }
  return [...batches.entries()].sort(([a], [b]) => a - b).map(([, batch]) => batch);
}
