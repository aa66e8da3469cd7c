import { InvalidDurationError } from '../errors.js';

const MS_PER_UNIT = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

type Unit = keyof typeof MS_PER_UNIT;
// Each unit may stand alone, be left out, or be followed by smaller ones.
type UpToMs = `${number}ms`;
type UpToSeconds = UpToMs | `${number}s` | `${number}s${UpToMs}`;
type UpToMinutes = UpToSeconds | `${number}m` | `${number}m${UpToSeconds}`;
type UpToHours = UpToMinutes | `${number}h` | `${number}h${UpToMinutes}`;
type UpToDays = UpToHours | `${number}d` | `${number}d${UpToHours}`;

/** A duration in text: numbers with units, the larger first: `'10s'`, `'1h30m'`, `'500ms'`, `'7d'`. */
export type DurationText = UpToDays | `${number}w` | `${number}w${UpToDays}`;

/** A number of ms, or a text such as `'1h30m'`; units `w d h m s ms`. */
export type Duration = number | DurationText;

/** Lets a literal through only when it is a duration; a variable of type `string` is checked at run time. */
export type CheckedDuration<T extends string | number> = string extends T
  ? T
  : T extends Duration
    ? T
    : Duration;

const LARGEST_MS = 8.64e15;
const PART = /(\d+(?:\.\d+)?)(ms|[wdhms])/y;

/**
 * A duration in ms.
 *
 * @throws {InvalidDurationError} for anything but a whole number of ms from 0 to 8.64e15.
 * @example parseDuration('1h30m') // 5_400_000
 */
export function parseDuration(duration: string | number, where = 'parseDuration'): number {
  const ms = toMs(duration);
  if (isMs(ms)) return ms;
  throw new InvalidDurationError({
    where,
    expected: "a duration such as '30s', '1h30m' or a whole number of ms, 0 or more",
    got: duration,
    remedy: 'Write numbers with the units w, d, h, m, s and ms, the larger unit first.',
  });
}

/** Whether a value is a duration in text. */
export function isDurationText(value: unknown): boolean {
  return typeof value === 'string' && isMs(toMs(value));
}

function toMs(duration: unknown): number {
  return typeof duration === 'number' ? duration : textToMs(duration);
}

function isMs(ms: number): boolean {
  return Number.isInteger(ms) && ms >= 0 && ms <= LARGEST_MS;
}

function textToMs(text: unknown): number {
  if (typeof text !== 'string') return NaN;
  let ms = 0;
  let lastUnitMs = Infinity;
  PART.lastIndex = 0;
  for (let end = 0; end < text.length; end = PART.lastIndex) {
    const match = PART.exec(text);
    const unitMs = match ? MS_PER_UNIT[match[2] as Unit] : Infinity;
    if (!match || unitMs >= lastUnitMs) return NaN;
    ms += Number(match[1]) * unitMs;
    lastUnitMs = unitMs;
  }
  if (text === '') return NaN;
  // 1.001s must not miss its whole millisecond by the rounding of binary fractions.
  return Number.isInteger(ms) ? ms : Number(ms.toPrecision(15));
}
