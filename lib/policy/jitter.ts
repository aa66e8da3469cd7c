import { createHash } from 'node:crypto';

/** How a delay is spread: not at all, over [0, delay], or over delay · (1 ± fraction). */
export type DelayJitter = 'none' | 'full' | number;

/** Spreads a delay, in ms; `random` is from [0, 1). */
export function jittered(jitter: DelayJitter, delayMs: number, random: number): number {
  if (jitter === 'none') return delayMs;
  const [least, width] = jitter === 'full' ? [0, 1] : [1 - jitter, 2 * jitter];
  return Math.round(delayMs * (least + width * random));
}

/** A number from [0, 1) that looks random and is the same for the same text, in every process. */
export function randomOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
