/** Where a value lies on a line of pixels. */
export interface Scale {
  (value: number): number;
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const slope = d1 === d0 ? 0 : (r1 - r0) / (d1 - d0);
  return value => r0 + (value - d0) * slope;
}

const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600,
  43_200, 86_400,
];

/**
 * Round instants of the clock between two others, both in epoch ms.
 *
 * @param offsetMs how far the local clock is ahead of UTC.
 */
export function timeTicks(from: number, to: number, most: number, offsetMs: number): readonly number[] {
  const step = 1_000 * (STEPS_S.find(step => (to - from) / (step * 1_000) <= most) ?? 86_400);
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs;
  const ticks = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return ticks;
}

const ROUND_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .flatMap(ms => [ms])
  .concat(
    [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map(
      s => s * 1_000,
    ),
  );

/** From 0 up to the first round duration that holds the largest, in at most four steps. */
export function durationTicks(largest: number): readonly number[] {
  const step = ROUND_MS.find(step => largest <= step * 4) ?? Math.ceil(largest / 4 / 86_400_000) * 86_400_000;
  const count = Math.max(1, Math.ceil(largest / step));
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** How far the browser's clock is ahead of UTC at an instant. */
export const localOffsetMs = (at: number): number => -new Date(at).getTimezoneOffset() * 60_000;
