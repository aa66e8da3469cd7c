import type { StsEvent } from '../run/run.events.js';
import type { LiveEvent, ProgressView } from './api.views.js';
import { markOf, type RunViews } from './run.views.js';

/** More runs than these in one batch are not told one by one: the page asks for what it shows. */
const MOST_RUNS = 300;
const MOST_LINES = 300;
/** Of runs that go on. */
const MOST_PROGRESS = 10_000;

/** What has happened since the last batch: of each run the last word. */
export class LiveBatch {
  readonly #runs: RunViews;
  readonly #latest = new Map<string, LiveEvent>();
  #lines: LiveEvent[] = [];
  #hasMore = false;
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
    switch (event.type) {
      case 'runStarted':
      case 'runWaiting':
      case 'runSkipped':
      case 'runFinished':
      case 'runLeft':
      case 'runLost':
      case 'attemptFailed':
        return this.#addRun(event);
      case 'runProgressed':
        return this.#addProgress(event);
      case 'runLogged':
        return this.#addLine(event);
      case 'taskAdded':
      case 'taskRemoved':
      case 'taskUpdated':
      case 'maxRunsReached':
      case 'triggerExhausted':
      case 'triggerFailed':
      case 'paused':
      case 'resumed':
        return void this.#changed.add('tasks');
      case 'schedulerStarted':
      case 'schedulerStopped':
      case 'drainStarted':
      case 'drainFinished':
      case 'eventLoopBlocked':
      case 'engineFailed':
      case 'engineRecovered':
        return void this.#changed.add('scheduler');
    }
  }

  take(): readonly LiveEvent[] {
    const changes = [...this.#changed].map((type): LiveEvent => ({ type }));
    const all = [...this.#latest.values(), ...this.#lines, ...changes];
    if (this.#hasMore && !this.#changed.has('tasks')) all.push({ type: 'tasks' });
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
    this.#hasMore = false;
  }

  #addRun({ run }: Extract<StsEvent, { readonly run: unknown }>): void {
    if (run.outcome !== null) this.#progress.delete(run.id);
    if (this.#latest.size < MOST_RUNS || this.#latest.has(run.id)) {
      this.#latest.set(run.id, { type: 'run', run: markOf(run) });
    } else {
      this.#hasMore = true;
    }
  }

  #addProgress({ taskName, runId, fraction, message }: Extract<StsEvent, { type: 'runProgressed' }>): void {
    const progress = this.#runs.progress(fraction, message, taskName);
    if (this.#progress.size < MOST_PROGRESS || this.#progress.has(runId)) this.#progress.set(runId, progress);
    const key = `progress ${runId}`;
    if (this.#latest.size < MOST_RUNS || this.#latest.has(key)) {
      this.#latest.set(key, { type: 'progress', task: taskName, runId, progress });
    }
  }

  #addLine({
    at,
    attempt,
    level,
    message,
    taskName: task,
    runId,
  }: Extract<StsEvent, { type: 'runLogged' }>): void {
    if (this.#lines.length >= MOST_LINES) return void (this.#hasMore = true);
    const line = this.#runs.line({ at, attempt, level, message }, task);
    this.#lines.push({ type: 'log', task, runId, line });
  }
}
