import { rounded, type Sample } from './sample.js';

export interface Range {
  readonly min: number;
  readonly avg: number;
  readonly max: number;
}

/** What some samples say together. */
export interface Summary {
  readonly samples: number;
  readonly load: Range;
  readonly memory: Range;
  readonly disk: Range;
}

/** Sums up one sample or more. */
export function summarize(samples: readonly Sample[]): Summary {
  return {
    samples: samples.length,
    load: rangeOf(samples.map(({ load }) => load)),
    memory: rangeOf(samples.map(({ memory }) => memory)),
    disk: rangeOf(samples.map(({ disk }) => disk)),
  };
}

function rangeOf(values: readonly number[]): Range {
  const sum = values.reduce((a, b) => a + b, 0);
  return { min: Math.min(...values), avg: rounded(sum / values.length), max: Math.max(...values) };
}
