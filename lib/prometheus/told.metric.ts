import { setImmediate as turn } from 'node:timers/promises';
import type { Counter, Gauge } from 'prom-client';

/** A value of a metric. What the values of a task have in common is written once, as in prom-client's own histograms. */
export interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly sharedLabels: Readonly<Record<string, string>>;
}

/**
 * Lets a metric tell values that are made when somebody asks. The way of prom-client, a `collect()` that sets each of
 * them, finds each by a text of all its labels, and writes all of these each time: with a thousand tasks that is most
 * of what a scrape costs.
 */
export function toldWhenAsked<M extends Counter | Gauge>(
  metric: M,
  { turns, samples }: { readonly turns: Turns; readonly samples: () => readonly Sample[] },
): M {
  const told = async (values: readonly object[]) => {
    await turns.next();
    const { name, help, type, aggregator } = metric as M & Readonly<Record<string, unknown>>;
    return { name, help, type, aggregator, values };
  };
  const plain = ({ value, labels, sharedLabels }: Sample) => ({
    value,
    labels: { ...sharedLabels, ...labels },
  });
  return Object.assign(metric, {
    get: () => told(samples().map(plain)),
    getForPromString: () => told(samples()),
  });
}

/** Parts a scrape into turns of the event loop: prom-client writes all metrics in one, which may take long. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next(): Promise<unknown> {
    return (this.#last = this.#last.then(() => turn()));
  }
}
