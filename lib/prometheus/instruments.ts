import type { Counter, Histogram, Registry } from 'prom-client';
import type { Parts } from '../metrics/parts.js';
import type { TaskFigures } from '../metrics/task.figures.js';
import { CAUSES, RUN_ENDS, SKIP_REASONS } from '../metrics/task.tally.js';
import type { Buckets } from './prometheus.options.js';

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

interface GaugeText {
  readonly help: string;
  /** What is shown of the values of several processes, such as the workers of `node:cluster`. */
  readonly aggregator: 'sum' | 'max';
}

/** Registers all metrics. But for the histograms, each is made of what was counted when somebody asks. */
export function createInstruments(client: PromClient, host: InstrumentsHost): Instruments {
  const instruments = { ...histograms(client, host), runs: counters(client, host) };
  taskGauges(client, host);
  processGauges(client, host);
  return instruments;
}

function histograms({ Histogram }: PromClient, { registry, buckets }: InstrumentsHost) {
  const duration = new Histogram({
    name: NAMES.duration,
    help: 'How long runs took from their start to their end, retries and the waits for them included.',
    labelNames: TASK,
    buckets: [...buckets.duration],
    registers: [registry],
  });
  const delay = new Histogram({
    name: NAMES.delay,
    help: 'How long after they were due runs started.',
    labelNames: TASK,
    buckets: [...buckets.delay],
    registers: [registry],
  });
  return { duration, delay };
}

function counters({ Counter }: PromClient, { registry, parts }: InstrumentsHost): Counter {
  const runs = new Counter({
    name: NAMES.runs,
    help: 'Runs that have ended, by outcome and cause.',
    labelNames: [...TASK, 'outcome', 'cause'],
    registers: [],
    collect() {
      this.reset();
      for (const { task, group, runs } of parts.figures()) {
        for (const cause of CAUSES) {
          for (const outcome of RUN_ENDS) this.inc({ task, group, outcome, cause }, runs[cause][outcome]);
        }
      }
    },
  });
  const retries = new Counter({
    name: NAMES.retries,
    help: 'Failed attempts that another one was to follow.',
    labelNames: TASK,
    registers: [],
    collect() {
      this.reset();
      for (const { task, group, retries } of parts.figures()) this.inc({ task, group }, retries);
    },
  });
  const skips = new Counter({
    name: NAMES.skips,
    help: 'Due instants that were skipped, by reason.',
    labelNames: [...TASK, 'reason'],
    registers: [],
    collect() {
      this.reset();
      for (const { task, group, skips } of parts.figures()) {
        for (const reason of SKIP_REASONS) this.inc({ task, group, reason }, skips[reason]);
      }
    },
  });
  for (const counter of [runs, retries, skips]) registry.registerMetric(counter);
  return runs;
}

function taskGauges({ Gauge }: PromClient, { registry, parts }: InstrumentsHost): void {
  const add = (name: string, gauge: GaugeText, of: (figures: TaskFigures) => number) => {
    const collected = new Gauge({
      name,
      ...gauge,
      labelNames: TASK,
      registers: [],
      collect() {
        this.reset();
        for (const figures of parts.figures()) {
          const { task, group } = figures;
          this.set({ task, group }, of(figures));
        }
      },
    });
    registry.registerMetric(collected);
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
