import { validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';

/** What happens when runs fail again and again. */
export interface ErrorThresholdOptions {
  /** How many runs have to fail, with no success between them; a whole number from 1. */
  readonly failures: number;
  /** Only failures within this time count. @default all since the latest success */
  readonly within?: Duration | undefined;
  /** `'pause'` skips what is due from then on, and says so; `'alert'` says so only. */
  readonly action: 'pause' | 'alert';
  /** After this long one run may try: its success ends the pause, its failure begins it anew. @default never */
  readonly resumeAfter?: Duration | undefined;
}

/** `ErrorThresholdOptions`, resolved. */
export interface ErrorThreshold {
  /** How many runs have to fail, with no success between them. */
  readonly failures: number;
  /** Within which time, in ms; `null` = any. */
  readonly withinMs: number | null;
  readonly action: 'pause' | 'alert';
  /** How long a pause lasts before one run may try, in ms; `null` = until somebody resumes. */
  readonly resumeAfterMs: number | null;
}

/** The instants (epoch ms) of the latest failures since the latest success, the oldest first. */
export type Failures = readonly number[];

/** The failures after one more, at `now`: no more of them are kept than the threshold asks for. */
export function afterFailure(threshold: ErrorThreshold, failures: Failures, now: number): Failures {
  const { withinMs } = threshold;
  const recent = withinMs === null ? failures : failures.filter(at => at > now - withinMs);
  return [...recent, now].slice(-threshold.failures);
}

/** Whether there are as many failures as the threshold allows. */
export function isReached(threshold: ErrorThreshold, failures: Failures): boolean {
  return failures.length >= threshold.failures;
}

/** @throws {ConfigurationError} that begins with `where`. */
export function parseErrorThreshold(options: ErrorThresholdOptions, where: string): ErrorThreshold {
  refuseUnknownKeys(options, ['failures', 'within', 'action', 'resumeAfter'], where);
  const { failures, within, action, resumeAfter } = options;
  const isCount = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 1 && Number(n) <= MOST_FAILURES;
  const expected = `a whole number of failures from 1 to ${MOST_FAILURES}`;
  validOption(failures, isCount, { where: `${where}: failures`, expected });
  const isAction = (value: unknown) => value === 'pause' || value === 'alert';
  validOption(action, isAction, { where: `${where}: action`, expected: "'pause' or 'alert'" });
  const isForPause = () => resumeAfter === undefined || action === 'pause';
  validOption(resumeAfter, isForPause, {
    where: `${where}: resumeAfter`,
    expected: "the action 'pause' beside it",
  });
  return Object.freeze({
    failures,
    withinMs: within === undefined ? null : aboveZero(within, `${where}: within`),
    action,
    resumeAfterMs: resumeAfter === undefined ? null : aboveZero(resumeAfter, `${where}: resumeAfter`),
  });
}

function aboveZero(duration: Duration, where: string): number {
  return validOption(parseDuration(duration, where), ms => ms !== 0, {
    where,
    expected: 'a duration above 0',
  });
}

/** The instants of the failures are kept. */
const MOST_FAILURES = 10_000;
