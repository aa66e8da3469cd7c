import { createHash } from 'node:crypto';

/** How a delay is spread: not at all, over [0, delay], or over delay · (1 ± fraction). */
export type DelayJitter = 'none' | 'full' | number;

/** Answers a number from [0, 1). */
export type Random = () => number;

/**
 * Spreads a delay, in ms, up to `mostMs` at most: what would be above it is spread below. `random` is asked only where it matters.
 */
export function jittered(jitter: DelayJitter, delayMs: number, mostMs: number, random: Random): number {
  if (jitter === 'none') return Math.min(delayMs, mostMs);
  const least = jitter === 'full' ? 0 : Math.min(delayMs, mostMs) * (1 - jitter);
  const most = Math.min(jitter === 'full' ? delayMs : delayMs * (1 + jitter), mostMs);
  return Math.round(least + (most - least) * random());
}

/** A number from [0, 1) that looks random and is the same for the same text, in every process. */
export function randomOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** An instant whose run may start later. */
export interface Spread {
  readonly taskName: string;
  /** Epoch ms. */
  readonly dueAt: number;
  /** The next instant of the task, epoch ms; `null` when there is none. */
  readonly nextAt: number | null;
  /** In ms. */
  readonly jitterMs: number;
}

/**
 * How long after its instant a run starts, in whole ms: below `jitterMs`, before the next instant, and as `draw` says
 * the same for the same task and instant in every process.
 */
export function startJitter(
  { taskName, dueAt, nextAt, jitterMs }: Spread,
  draw: (text: string) => number,
): number {
  const most = nextAt === null ? jitterMs : Math.min(jitterMs, nextAt - dueAt);
  return Math.floor(draw(`${taskName}@${dueAt} start`) * most);
}
