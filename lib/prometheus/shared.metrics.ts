import type { Histogram, Registry } from 'prom-client';
import { InvalidOptionError, ModuleImportError } from '../errors.js';
import { watchEventLoopDelay, type EventLoopDelay, type LoopDelay } from '../metrics/event.loop.delay.js';
import type { TaskTally } from '../metrics/task.tally.js';
import type { AppPart, Readings } from './app.part.js';
import { createInstruments, NAMES, type Instruments, type PromClient } from './instruments.js';
import { WHERE, type Buckets } from './prometheus.options.js';

/** What measures the runs of one task. */
export interface Series {
  readonly duration: (seconds: number) => void;
  readonly delay: (seconds: number) => void;
}

const byRegistry = new WeakMap<Registry, SharedMetrics>();

/**
 * The metrics of a registry: those that are there already, so that several apps of a process, or one after another, share
 * them.
 *
 * @throws {InvalidOptionError} when somebody else's metrics have their names, or other buckets are asked for.
 */
export function sharedMetrics(registry: Registry, client: PromClient, buckets: Buckets): SharedMetrics {
  const known = byRegistry.get(registry);
  // Who clears a registry between tests drops our metrics, too.
  if (known?.isRegistered === true) {
    known.refuseOtherBuckets(buckets);
    return known;
  }
  refuseForeignNames(registry);
  const metrics = new SharedMetrics(registry, client, buckets);
  byRegistry.set(registry, metrics);
  return metrics;
}

export class SharedMetrics implements Readings {
  readonly #registry: Registry;
  readonly #buckets: Buckets;
  readonly #instruments: Instruments;
  readonly #parts = new Set<AppPart>();
  /** How many parts have a task, by its labels. */
  readonly #users = new Map<string, number>();
  #loop: EventLoopDelay | undefined;
  #loopDelay: LoopDelay | undefined;

  constructor(registry: Registry, client: PromClient, buckets: Buckets) {
    this.#registry = registry;
    this.#buckets = buckets;
    this.#instruments = createInstruments(client, { registry, buckets, readings: this });
  }

  get isRegistered(): boolean {
    return this.#registry.getSingleMetric(NAMES.runs) === this.#instruments.runs;
  }

  parts(): Iterable<AppPart> {
    return this.#parts;
  }

  refuseOtherBuckets(buckets: Buckets): void {
    if (JSON.stringify(buckets) === JSON.stringify(this.#buckets)) return;
    throw new InvalidOptionError({
      where: `${WHERE}: buckets`,
      expected: 'those of the other app that uses the same registry',
      got: buckets,
      remedy: 'Give each app a Registry of its own.',
    });
  }

  /** The values of apps that have closed stay until another one comes. */
  attach(part: AppPart): void {
    for (const other of this.#parts) {
      if (other.scheduler === part.scheduler && !other.isClosed) refuseTwice();
      if (!other.isClosed) continue;
      this.#parts.delete(other);
      for (const tally of other.tallies()) this.release(tally);
    }
    this.#parts.add(part);
    this.#loop ??= watchEventLoopDelay();
  }

  close(): void {
    if ([...this.#parts].some(({ isClosed }) => !isClosed)) return;
    this.#loop?.stop();
    this.#loop = undefined;
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

  /** Whoever asks within one turn of the event loop is answered the same. */
  loopDelay(): LoopDelay {
    if (this.#loopDelay !== undefined) return this.#loopDelay;
    this.#loopDelay = this.#loop?.read() ?? { p99: 0, max: 0 };
    queueMicrotask(() => (this.#loopDelay = undefined));
    return this.#loopDelay;
  }
}

function keyOf({ task, group }: { readonly task: string; readonly group: string }): string {
  return JSON.stringify([task, group]);
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
