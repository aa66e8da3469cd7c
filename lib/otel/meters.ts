import { setImmediate as turn } from 'node:timers/promises';
import type { BatchObservableResult, Histogram, Meter } from '@opentelemetry/api';
import { AppPart } from '../metrics/app.part.js';
import { Parts } from '../metrics/parts.js';
import type { Measures } from '../metrics/tallies.js';
import type { TaskFigures } from '../metrics/task.figures.js';
import { CAUSES, RUN_ENDS, SKIP_REASONS, type TaskTally } from '../metrics/task.tally.js';
import type { Outcome } from '../run/outcome.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { errorTypeOf, KEYS, OTHER, taskAttributes } from './attributes.js';

const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];
/** So many kinds of errors are told apart. */
const MOST_ERROR_TYPES = 100;

/** Of so many tasks values are told in one turn of the event loop. */
const TASKS_A_TURN = 50;

const byMeter = new WeakMap<Meter, Meters>();

/** Several apps of a process, or one after another, share what a meter has: it knows one value for each attributes. */
export function metersOf(meter: Meter): Meters {
  const meters = byMeter.get(meter) ?? new Meters(meter);
  byMeter.set(meter, meters);
  return meters;
}

/** Measures durations as they end, and tells the counts when somebody asks. */
export class Meters implements Measures {
  readonly #parts = new Parts();
  readonly #duration: Histogram;
  readonly #delay: Histogram;
  readonly #errorTypes = new Set<string>();

  constructor(meter: Meter) {
    this.#duration = histogramOf(meter, 'sts.run.duration', 'How long runs took, retries included.');
    this.#delay = histogramOf(meter, 'sts.run.start_delay', 'How long after they were due runs started.');
    const observed = observablesOf(meter);
    // For good: an SDK asks for the last values when the app has closed.
    meter.addBatchObservableCallback(result => this.#observe(observed, result), Object.values(observed));
  }

  measure(scheduler: SchedulerRegistry): AppPart {
    return new AppPart(scheduler, this.#parts, this);
  }

  /** OpenTelemetry has no way to begin a histogram at 0, nor to end it. */
  added(): void {}
  removed(): void {}

  started({ task, group }: TaskTally, delaySeconds: number): void {
    this.#delay.record(delaySeconds, taskAttributes(task, group));
  }

  ended({ task, group }: TaskTally, durationSeconds: number, outcome: Outcome): void {
    const type = errorTypeOf(outcome);
    const attributes = taskAttributes(task, group);
    if (type !== undefined) attributes[KEYS.errorType] = this.#bounded(type);
    this.#duration.record(durationSeconds, attributes);
  }

  #bounded(type: string): string {
    if (this.#errorTypes.size < MOST_ERROR_TYPES) this.#errorTypes.add(type);
    return this.#errorTypes.has(type) ? type : OTHER;
  }

  async #observe(observed: Observables, result: BatchObservableResult): Promise<void> {
    for (const [i, figures] of this.#parts.figures().entries()) {
      // Other work goes on: the SDK makes a text of the attributes of each value.
      if (i % TASKS_A_TURN === TASKS_A_TURN - 1) await turn();
      observeTask(figures, observed, result);
    }
    const { p99, max } = this.#parts.loopDelay();
    result.observe(observed.loopP99, p99);
    result.observe(observed.loopMax, max);
    result.observe(observed.unaccounted, await this.#parts.unaccounted());
  }
}

type Observables = ReturnType<typeof observablesOf>;

function histogramOf(meter: Meter, name: string, description: string): Histogram {
  const advice = { explicitBucketBoundaries: BUCKETS };
  return meter.createHistogram(name, { unit: 's', description, advice });
}

function observablesOf(meter: Meter) {
  const counter = (name: string, unit: string, description: string) =>
    meter.createObservableCounter(name, { unit, description });
  const sum = (name: string, unit: string, description: string) =>
    meter.createObservableUpDownCounter(name, { unit, description });
  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(name, { unit: 's', description });
  return {
    runs: counter('sts.runs', '{run}', 'Runs that have ended, by outcome and cause.'),
    retries: counter('sts.run.retries', '{attempt}', 'Failed attempts that another one was to follow.'),
    skips: counter('sts.skipped_instants', '{instant}', 'Due instants that were skipped, by reason.'),
    active: sum('sts.active_runs', '{run}', 'Runs that go on, those between two attempts included.'),
    unaccounted: sum(
      'sts.unaccounted_instants',
      '{instant}',
      'Due instants of which nobody knows what became; anything but 0 is a defect.',
    ),
    lastSuccess: gauge('sts.last_success.timestamp', 'When a run last succeeded, since 1970; 0 = never.'),
    nextRun: gauge(
      'sts.next_run.timestamp',
      'When the task is due next, since 1970; 0 = never, or the scheduler does not run.',
    ),
    loopP99: gauge('sts.event_loop.delay.p99', 'How late the event loop was, 99th percentile.'),
    loopMax: gauge('sts.event_loop.delay.max', 'How late the event loop was at most.'),
  };
}

function observeTask(figures: TaskFigures, observed: Observables, result: BatchObservableResult): void {
  const attributes = taskAttributes(figures.task, figures.group);
  for (const cause of CAUSES) {
    for (const outcome of RUN_ENDS) {
      const all = { ...attributes, [KEYS.cause]: cause, [KEYS.outcome]: outcome };
      result.observe(observed.runs, figures.runs[cause][outcome], all);
    }
  }
  for (const reason of SKIP_REASONS) {
    result.observe(observed.skips, figures.skips[reason], { ...attributes, [KEYS.reason]: reason });
  }
  result.observe(observed.retries, figures.retries, attributes);
  result.observe(observed.active, figures.active, attributes);
  result.observe(observed.nextRun, figures.nextAt / 1_000, attributes);
  result.observe(observed.lastSuccess, figures.lastSuccessAt / 1_000, attributes);
}
