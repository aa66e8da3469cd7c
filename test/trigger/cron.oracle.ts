/**
 * A slow cron that is obviously right: it reads the clocks of a place from `Intl` at each single minute or second, and
 * follows the DST rule word by word. Nothing of lib is used, and no expression is parsed.
 */

/** What a clock with a calendar shows. */
export interface ClockFace {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** An expression whose meaning is known. */
export interface KnownCron {
  readonly text: string;
  readonly isIntervalLike: boolean;
  readonly matchesEveryHour: boolean;
  readonly matchesDate: (face: ClockFace) => boolean;
  readonly matches: (face: ClockFace) => boolean;
}

/** What the clocks show at an instant. */
export interface Reading {
  /** Epoch ms. */
  readonly at: number;
  /** The face in seconds, as if it were UTC. */
  readonly naive: number;
  readonly face: ClockFace;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Asks `Intl`. */
export function readClock(timeZone: string, at: number): Reading {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const numbers = format.format(at).split(/\D+/).map(Number);
  const [month, day, year, hour, minute, second] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const face = { year, month, day, hour, minute, second };
  return { at, naive: Date.UTC(year, month - 1, day, hour, minute, second) / 1000, face };
}

/** The face that a clock shows so many seconds after 1970-01-01T00:00:00. */
export function faceOf(naive: number): ClockFace {
  const date = new Date(naive * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** Readings at each `step` (in seconds) from `from` to `until` (epoch ms). */
export interface Watch {
  readonly timeZone: string;
  readonly step: number;
  readonly readings: readonly Reading[];
}

export function watch(
  timeZone: string,
  { from, until, step }: { from: number; until: number; step: number },
): Watch {
  const readings: Reading[] = [];
  for (let at = from; at <= until; at += step * 1000) readings.push(readClock(timeZone, at));
  return { timeZone, step, readings };
}

/** The instants that are due within a watch; its first reading is there to compare the second one with. */
export function dueInstants(cron: KnownCron, { readings, step }: Watch): number[] {
  const due: number[] = [];
  const shown = new Set<number>([readings[0]!.naive]);
  for (const [i, { at, naive, face }] of readings.entries()) {
    if (i === 0) continue;
    const isSecondPass = shown.has(naive);
    shown.add(naive);
    const isNamed = cron.matches(face) && (cron.isIntervalLike || !isSecondPass);
    const endsGap =
      !cron.matchesEveryHour && misses(cron, { from: readings[i - 1]!.naive, until: naive, step });
    if (isNamed || endsGap) due.push(at);
  }
  return due;
}

/** Whether the clocks leave out a matching time between two readings. */
function misses(
  cron: KnownCron,
  { from, until, step }: { from: number; until: number; step: number },
): boolean {
  for (let naive = from + step; naive < until; naive += step) {
    if (cron.matches(faceOf(naive))) return true;
  }
  return false;
}
