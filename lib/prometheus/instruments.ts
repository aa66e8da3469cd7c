import type { Counter, Histogram, Registry } from 'prom-client';
import type { Parts } from '../metrics/parts.js';
import type { TaskFigures } from '../metrics/task.figures.js';
import { CAUSES, RUN_ENDS, SKIP_REASONS } from '../metrics/task.tally.js';
import type { Buckets } from './prometheus.options.js';
import { toldWhenAsked, Turns, type Sample } from './told.metric.js';

export type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Histogram' | 'register'>;

export const NAMES = {
  duration: 'sts_run_duration_seconds',
  delay: 'sts_run_start_delay_seconds',
  runs: 'sts_runs_total',
  retries: 'sts_run_retries_total',
  skips: 'sts_skipped_instants_total',
  active: 'sts_active_runs',
  lastSuccess: 'sts_last_success_timestamp_seconds',
  nextRun: 'sts_next_run_timestamp_seconds',
  loopP99: 'sts_event_loop_delay_p99_seconds',
  loopMax: 'sts_event_loop_delay_max_seconds',
  unaccounted: 'sts_unaccounted_instants',
} as const;

/** What is held on to; the others stand in the registry only. */
export interface Instruments {
  readonly runs: Counter;
  readonly duration: Histogram<'task' | 'group'>;
  readonly delay: Histogram<'task' | 'group'>;
}

export interface InstrumentsHost {
  readonly registry: Registry;
  readonly buckets: Buckets;
  readonly parts: Parts;
}

const TASK = ['task', 'group'] as const;
const ENDS = CAUSES.flatMap(cause => RUN_ENDS.map(outcome => ({ outcome, cause })));
const REASONS = SKIP_REASONS.map(reason => ({ reason }));
const NO_MORE = {};

interface GaugeText {
  readonly help: string;
  /** What is shown of the values of several processes, such as the workers of `node:cluster`. */
  readonly aggregator: 'sum' | 'max';
}

/** Registers all metrics. But for the histograms, each is made of what was counted when somebody asks. */
export function createInstruments(client: PromClient, host: InstrumentsHost): Instruments {
  const turns = new Turns();
  const instruments = { ...histograms(client, host, turns), runs: counters(client, host, turns) };
  taskGauges(client, host, turns);
  processGauges(client, host);
  return instruments;
}

function histograms({ Histogram }: PromClient, { registry, buckets }: InstrumentsHost, turns: Turns) {
  const shared = {
    labelNames: TASK,
    registers: [registry],
    collect: async () => void (await turns.next()),
  };
  const duration = new Histogram({
    name: NAMES.duration,
    help: 'How long runs took from their start to their end, retries and the waits for them included.',
    buckets: [...buckets.duration],
    ...shared,
  });
  const delay = new Histogram({
    name: NAMES.delay,
    help: 'How long after they were due runs started.',
    buckets: [...buckets.delay],
    ...shared,
  });
  return { duration, delay };
}

function counters({ Counter }: PromClient, { registry, parts }: InstrumentsHost, turns: Turns): Counter {
  const add = (
    name: string,
    { help, labels }: { readonly help: string; readonly labels: readonly string[] },
    samplesOf: (figures: TaskFigures, sharedLabels: Sample['sharedLabels']) => readonly Sample[],
  ) => {
    const counter = new Counter({ name, help, labelNames: [...TASK, ...labels], registers: [] });
    const samples = () => parts.figures().flatMap(figures => samplesOf(figures, labelsOf(figures)));
    registry.registerMetric(toldWhenAsked(counter, { turns, samples }));
    return counter;
  };
  const ended = { help: 'Runs that have ended, by outcome and cause.', labels: ['outcome', 'cause'] };
  const runs = add(NAMES.runs, ended, ({ runs }, sharedLabels) =>
    ENDS.map(labels => ({ value: runs[labels.cause][labels.outcome], labels, sharedLabels })),
  );
  const retried = { help: 'Failed attempts that another one was to follow.', labels: [] };
  add(NAMES.retries, retried, ({ retries }, sharedLabels) => [
    { value: retries, labels: NO_MORE, sharedLabels },
  ]);
  const skipped = { help: 'Due instants that were skipped, by reason.', labels: ['reason'] };
  add(NAMES.skips, skipped, ({ skips }, sharedLabels) =>
    REASONS.map(labels => ({ value: skips[labels.reason], labels, sharedLabels })),
  );
  return runs;
}

function labelsOf({ task, group }: TaskFigures): Sample['sharedLabels'] {
  return { task, group };
}

function taskGauges({ Gauge }: PromClient, { registry, parts }: InstrumentsHost, turns: Turns): void {
  const add = (name: string, text: GaugeText, of: (figures: TaskFigures) => number) => {
    const gauge = new Gauge({ name, ...text, labelNames: TASK, registers: [] });
    const samples = () =>
      parts.figures().map(figures => ({
        value: of(figures),
        labels: NO_MORE,
        sharedLabels: labelsOf(figures),
      }));
    registry.registerMetric(toldWhenAsked(gauge, { turns, samples }));
  };
  const active = 'Runs that go on in this process, those that wait for another attempt included.';
  add(NAMES.active, { help: active, aggregator: 'sum' }, ({ active }) => active);
  const success = 'When a run last succeeded in this process, in seconds since 1970; 0 = never.';
  add(NAMES.lastSuccess, { help: success, aggregator: 'max' }, ({ lastSuccessAt }) => lastSuccessAt / 1_000);
  const next = 'When the task is due next, in seconds since 1970; 0 = never, or the scheduler does not run.';
  add(NAMES.nextRun, { help: next, aggregator: 'max' }, ({ nextAt }) => nextAt / 1_000);
}

function processGauges({ Gauge }: PromClient, { registry, parts }: InstrumentsHost): void {
  const add = (name: string, gauge: GaugeText, read: () => number | Promise<number>) => {
    const collected = new Gauge({
      name,
      ...gauge,
      registers: [],
      async collect() {
        this.set(await read());
      },
    });
    registry.registerMetric(collected);
  };
  const late = 'the event loop was since the last scrape.';
  const p99 = `The 99th percentile of how late ${late}`;
  add(NAMES.loopP99, { help: p99, aggregator: 'max' }, () => parts.loopDelay().p99);
  add(NAMES.loopMax, { help: `How late at most ${late}`, aggregator: 'max' }, () => parts.loopDelay().max);
  const nobodyKnows = 'Due instants of which nobody knows what became; anything but 0 is a defect.';
  add(NAMES.unaccounted, { help: nobodyKnows, aggregator: 'sum' }, () => parts.unaccounted());
}
