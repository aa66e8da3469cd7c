import type { RunMark } from '../api.views.js';

/** How a run ended, or that it goes on. */
export type MarkKind = NonNullable<RunMark['outcome']> | 'running' | 'waiting';

export const kindOf = ({ outcome, startedAt }: Pick<RunMark, 'outcome' | 'startedAt'>): MarkKind =>
  outcome ?? (startedAt === null ? 'waiting' : 'running');

export const MARK_WORDS: Readonly<Record<MarkKind, string>> = {
  success: 'Succeeded',
  failure: 'Failed',
  timeout: 'Timed out',
  cancelled: 'Cancelled',
  skipped: 'Skipped',
  abandoned: 'Abandoned',
  running: 'Running',
  waiting: 'Waiting',
};

/** In the order of a legend. */
export const MARK_KINDS = Object.keys(MARK_WORDS) as readonly MarkKind[];

export const CAUSE_WORDS: Readonly<Record<RunMark['cause'], string>> = {
  schedule: 'by schedule',
  manual: 'by hand',
  catchUp: 'caught up',
  start: 'at start',
};

const REASONS: Readonly<Record<string, string>> = {
  overlap: 'the previous run was still going',
  superseded: 'a later run took its place',
  bufferFull: 'too many runs were waiting',
  paused: 'the task was paused',
  disabled: 'the task was switched off',
  misfire: 'it was missed by too much',
  coalesced: 'a later missed instant ran for it',
  excluded: 'the instant is excluded',
  guard: 'a guard refused it',
  draining: 'the scheduler was stopping',
  down: 'no process was up',
  expired: 'it was too old to catch up',
};

/** A reason of the scheduler's own in words; what a person wrote stays as it is. */
export const reasonInWords = (reason: string): string => REASONS[reason] ?? reason;

/** Why a run was skipped, with what more is known of it. */
export const skipInWords = (reason: string, detail: string | null): string =>
  detail === null ? reasonInWords(reason) : `${reasonInWords(reason)} (${detail})`;

/** How many attempts have begun; a wait for the next one counts as it. */
export const attemptsBegun = ({ outcome, startedAt, attempts }: RunMark): number =>
  outcome === null && startedAt !== null ? attempts + 1 : attempts;

/** Short, for lists and legends. */
export const REASON_NAMES: Readonly<Record<string, string>> = {
  overlap: 'Overlap',
  superseded: 'Superseded',
  bufferFull: 'Buffer full',
  paused: 'Paused',
  disabled: 'Switched off',
  misfire: 'Misfire',
  coalesced: 'Coalesced',
  excluded: 'Excluded',
  guard: 'Guard',
  draining: 'Draining',
  down: 'Down',
  expired: 'Expired',
};
