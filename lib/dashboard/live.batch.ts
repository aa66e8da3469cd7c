import type { EventOf, StsEvent } from '../run/run.events.js';
import { withLine } from '../run/run.log.js';
import type { LiveEvent, ProgressView } from './api.views.js';
import { markOf, type RunViews } from './run.views.js';

/** More runs than these in one batch are not told one by one: the page asks for what it shows. */
const MOST_RUNS = 300;
const MOST_LINES = 300;
/** Of runs that go on. */
const MOST_PROGRESS = 10_000;

const CHANGES: ReadonlyMap<StsEvent['type'], 'tasks' | 'scheduler'> = new Map([
  ['taskAdded', 'tasks'],
  ['taskRemoved', 'tasks'],
  ['taskUpdated', 'tasks'],
  ['maxRunsReached', 'tasks'],
  ['triggerExhausted', 'tasks'],
  ['triggerFailed', 'tasks'],
  ['paused', 'tasks'],
  ['resumed', 'tasks'],
  ['schedulerStarted', 'scheduler'],
  ['schedulerStopped', 'scheduler'],
  ['drainStarted', 'scheduler'],
  ['drainFinished', 'scheduler'],
  ['eventLoopBlocked', 'scheduler'],
  ['engineFailed', 'scheduler'],
  ['engineRecovered', 'scheduler'],
]);

/** What a page asks for again because of an event. */
export function changeOf({ type }: StsEvent): 'tasks' | 'scheduler' | undefined {
  return CHANGES.get(type);
}

/** What has happened since the last batch: of each run the last word. */
export class LiveBatch {
  readonly #runs: RunViews;
  readonly #latest = new Map<string, LiveEvent>();
  #lines: LiveEvent[] = [];
  readonly #changed = new Set<'tasks' | 'scheduler'>();
  readonly #progress = new Map<string, ProgressView>();

  constructor(runs: RunViews) {
    this.#runs = runs;
  }

  /** What the handler of a run that goes on last said. */
  progressOf(runId: string): ProgressView | null {
    return this.#progress.get(runId) ?? null;
  }

  add(event: StsEvent): void {
    if (event.type === 'runProgressed') return this.#addProgress(event);
    if (event.type === 'runLogged') return this.#addLine(event);
    if ('run' in event) return this.#addRun(event);
    const change = changeOf(event);
    if (change !== undefined) this.#changed.add(change);
  }

  take(): readonly LiveEvent[] {
    const changes = [...this.#changed].map((type): LiveEvent => ({ type }));
    const all = [...this.#latest.values(), ...this.#lines, ...changes];
    this.#reset();
    return all;
  }

  clear(): void {
    this.#reset();
    this.#progress.clear();
  }

  #reset(): void {
    this.#latest.clear();
    this.#lines = [];
    this.#changed.clear();
  }

  #addRun({ type, run }: Extract<StsEvent, { readonly run: unknown }>): void {
    // Of what is left to a later start, or was lost to another process, nothing more is heard here.
    if (run.outcome !== null || type === 'runLeft' || type === 'runLost') this.#progress.delete(run.id);
    this.#tell(run.id, { type: 'run', run: markOf(run) });
  }

  #addProgress({ taskName, runId, fraction, message }: EventOf<'runProgressed'>): void {
    const progress = this.#runs.progress(fraction, message, taskName);
    // The one that has been silent for longest goes first.
    this.#progress.delete(runId);
    this.#progress.set(runId, progress);
    if (this.#progress.size > MOST_PROGRESS) this.#progress.delete(this.#progress.keys().next().value!);
    this.#tell(`progress ${runId}`, { type: 'progress', task: taskName, runId, progress });
  }

  #tell(key: string, event: LiveEvent): void {
    if (this.#latest.size < MOST_RUNS || this.#latest.has(key)) this.#latest.set(key, event);
    else this.#changed.add('tasks');
  }

  #addLine({ at, attempt, level, message, taskName: task, runId }: EventOf<'runLogged'>): void {
    if (this.#lines.length >= MOST_LINES) return void this.#changed.add('tasks');
    const [kept] = withLine([], { at, attempt, level, message });
    const line = this.#runs.line(kept!, task);
    this.#lines.push({ type: 'log', task, runId, line });
  }
}
