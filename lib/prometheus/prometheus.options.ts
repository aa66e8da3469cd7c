import type { Registry } from 'prom-client';
import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';

/** Options of `StsPrometheusModule.forRoot()`. */
export interface StsPrometheusOptions {
  /** Where the metrics are registered. @default prom-client's own `register` */
  readonly registry?: Registry | undefined;
  /** The bounds of the buckets of run durations, in seconds, rising. @default from 10 ms to 1 h */
  readonly durationBuckets?: readonly number[] | undefined;
  /** The bounds of the buckets of start delays, in seconds, rising. @default from 1 ms to 1 h */
  readonly delayBuckets?: readonly number[] | undefined;
}

/** Bounds in seconds. */
export interface Buckets {
  readonly duration: readonly number[];
  readonly delay: readonly number[];
}

const DURATION_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];
const DELAY_BUCKETS = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 3_600];

export const WHERE = 'StsPrometheusModule.forRoot()';

/** @throws {InvalidOptionError} that names the option. */
export function checkedOptions(options: StsPrometheusOptions) {
  refuseUnknownKeys(options, ['registry', 'durationBuckets', 'delayBuckets'], WHERE);
  const { registry, durationBuckets = DURATION_BUCKETS, delayBuckets = DELAY_BUCKETS } = options;
  const isRegistry = (value: unknown) =>
    value === undefined || typeof (value as Registry | null)?.registerMetric === 'function';
  const expected = 'a Registry of prom-client';
  return {
    registry: validOption<Registry | undefined>(registry, isRegistry, {
      where: `${WHERE}: registry`,
      expected,
    }),
    buckets: {
      duration: checkedBuckets(durationBuckets, `${WHERE}: durationBuckets`),
      delay: checkedBuckets(delayBuckets, `${WHERE}: delayBuckets`),
    } satisfies Buckets,
  };
}

function checkedBuckets(buckets: readonly number[], where: string): readonly number[] {
  const isRising = (bound: unknown, i: number) =>
    Number.isFinite(bound) && Number(bound) > (i === 0 ? 0 : buckets[i - 1]!);
  const areBounds = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isRising);
  return validOption(buckets, areBounds, { where, expected: 'a list of seconds above 0, rising' });
}
