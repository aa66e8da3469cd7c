import type { Histogram, Registry } from 'prom-client';
import { InvalidOptionError, ModuleImportError } from '../errors.js';
import { AppPart } from '../metrics/app.part.js';
import { Parts } from '../metrics/parts.js';
import { keyOf, type TaskTally } from '../metrics/task.tally.js';
import type { SchedulerRegistry } from '../scheduler/scheduler.registry.js';
import { createInstruments, NAMES, type Instruments, type PromClient } from './instruments.js';
import { WHERE, type Buckets } from './prometheus.options.js';
import { RunSeries, type Series } from './run.series.js';

const byRegistry = new WeakMap<Registry, SharedMetrics>();

/**
 * The metrics of a registry: those that are there already, so that several apps of a process, or one after another, share
 * them.
 *
 * @throws {InvalidOptionError} when somebody else's metrics have their names.
 */
export function sharedMetrics(registry: Registry, client: PromClient, buckets: Buckets): SharedMetrics {
  const known = byRegistry.get(registry);
  // Who clears a registry between tests drops our metrics, too.
  if (known?.isRegistered === true) return known;
  refuseForeignNames(registry);
  const metrics = new SharedMetrics(registry, client, buckets);
  byRegistry.set(registry, metrics);
  return metrics;
}

export class SharedMetrics {
  readonly #parts = new Parts();
  readonly #registry: Registry;
  readonly #buckets: Buckets;
  readonly #instruments: Instruments;
  /** How many parts have a task, by its labels. */
  readonly #users = new Map<string, number>();

  constructor(registry: Registry, client: PromClient, buckets: Buckets) {
    this.#registry = registry;
    this.#buckets = buckets;
    this.#instruments = createInstruments(client, { registry, buckets, parts: this.#parts });
  }

  get isRegistered(): boolean {
    return this.#registry.getSingleMetric(NAMES.runs) === this.#instruments.runs;
  }

  #refuseOther(buckets: Buckets): void {
    if (JSON.stringify(buckets) === JSON.stringify(this.#buckets)) return;
    throw new InvalidOptionError({
      where: `${WHERE}: buckets`,
      expected: 'those of the other app that uses the same registry',
      got: buckets,
      remedy: 'Give each app a Registry of its own.',
    });
  }

  /**
   * @throws {ModuleImportError} for an app that is measured already; {InvalidOptionError} when another app has other
   * buckets.
   */
  measure(scheduler: SchedulerRegistry, buckets: Buckets): AppPart {
    if (!this.#parts.isFirstOf(scheduler)) refuseTwice();
    this.#refuseOther(buckets);
    return new AppPart(scheduler, this.#parts, new RunSeries(this));
  }

  /** Its series, from 0 unless another app has them. */
  open({ task, group }: TaskTally): Series {
    const labels = { task, group };
    const users = this.#users.get(keyOf(labels)) ?? 0;
    this.#users.set(keyOf(labels), users + 1);
    const observer = (histogram: Histogram<'task' | 'group'>) => {
      if (users === 0) histogram.zero(labels);
      return histogram.labels(labels).observe;
    };
    return { duration: observer(this.#instruments.duration), delay: observer(this.#instruments.delay) };
  }

  release({ task, group }: TaskTally): void {
    const labels = { task, group };
    const left = this.#users.get(keyOf(labels))! - 1;
    if (left > 0) return void this.#users.set(keyOf(labels), left);
    this.#users.delete(keyOf(labels));
    this.#instruments.duration.remove(labels);
    this.#instruments.delay.remove(labels);
  }
}

function refuseForeignNames(registry: Registry): void {
  const taken = Object.values(NAMES).find(name => registry.getSingleMetric(name) !== undefined);
  if (taken === undefined) return;
  throw new InvalidOptionError({
    where: `${WHERE}: registry`,
    expected: 'a Registry without metrics of the names sts_…',
    got: `one that has ${taken}`,
    isGotText: true,
    remedy:
      'Give the module a Registry of its own; `npm ls nestjs-sts` shows whether there are two copies of it.',
  });
}

function refuseTwice(): never {
  throw new ModuleImportError({
    where: WHERE,
    expected: 'to be imported once for a registry',
    got: 'twice',
    isGotText: true,
    remedy: 'Keep one, or give each a Registry of its own.',
  });
}
