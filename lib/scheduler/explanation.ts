import type { Outcome, SkipReason } from '../run/outcome.js';
import type { Run } from '../run/run.js';
import type { InstantRecord } from '../run/run.store.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';
import type { Absence } from './absences.js';

/** What became of an instant of a task. */
export interface Explanation {
  /**
   * `ran`, `running`, `waiting` and `skipped` have a run; a skipped one, or one that was cancelled
   * while it waited, never started. `forgotten`: older than what is kept. `notDue`: no trigger
   * names it. `toCome`: it is due later. `down`: no process was there. `unknown`: it has no record, for it was
   * before the process began, or there should be one.
   */
  readonly kind:
    'ran' | 'running' | 'waiting' | 'skipped' | 'forgotten' | 'notDue' | 'toCome' | 'down' | 'unknown';
  /** The same in words. */
  readonly sentence: string;
  /** Epoch ms. */
  readonly at: number;
  readonly run: Run | null;
  /** The next due instant after `at`, epoch ms; `null` when there is none. */
  readonly nextAt: number | null;
}

/** What is known of an instant. */
export interface Evidence {
  readonly at: number;
  readonly record: InstantRecord;
  readonly now: number;
  /** The time during which the scheduler did not run, when the instant falls in it. */
  readonly absence: Absence | undefined;
  /** Since when the task is due by its present triggers, epoch ms. */
  readonly since: number;
  /** Whether the task has had as many runs as its `maxRuns` says. */
  readonly isDone: boolean;
}

/** Explains an instant, all in epoch ms. */
export function explain(task: TaskDefinition, evidence: Evidence): Explanation {
  const { at, record, now, absence, since, isDone } = evidence;
  const nextAt = nextOf(task.triggers, at);
  const about = { at, nextAt, run: null };
  const when = iso(at);
  const says = (kind: Explanation['kind'], sentence: string, run: Run | null = null): Explanation => ({
    ...about,
    kind,
    run,
    sentence: `${task.name} ${sentence}.`,
  });
  if (record === 'forgotten')
    return says('forgotten', `may have been due at ${when}: that is older than what is kept`);
  const isDue = nextOf(task.triggers, at - 1) === at;
  // A record of several instants covers the time between them, too.
  if (record !== undefined && (isDue || at <= since || !isOfMany(record))) {
    return says(kindOf(record), sentenceOf(record, when), record);
  }
  if (task.triggers.length === 0) {
    const why = task.disabledBy === null ? 'it runs by hand only' : `${task.disabledBy} disables it`;
    return says('notDue', `is not due at ${when}: ${why}`);
  }
  if (isDone && absence === undefined) {
    return says('notDue', `is not due at ${when}: it has had as many runs as its maxRuns says`);
  }
  if (!isDue) {
    const next = nextAt === null ? 'it is never due again' : `the next instant is ${iso(nextAt)}`;
    return says('notDue', `is not due at ${when}: ${next}`);
  }
  if (at > now) return says('toCome', `is due at ${when}, which is still to come`);
  if (absence !== undefined) {
    return absence.from === null
      ? says('unknown', `was due at ${when}, ${beforeStart(absence)}, and nothing is known of it`)
      : says('down', `did not run at ${when}: ${absent(absence.from, absence.until)}`);
  }
  if (at <= since)
    return says('notDue', `was not due at ${when}: it has its present triggers since ${iso(since)}`);
  return says('unknown', `was due at ${when}, and nothing is known of it`);
}

function beforeStart({ until }: Absence): string {
  return until === null
    ? 'and the scheduler has not started'
    : `before the scheduler started at ${iso(until)}`;
}

function absent(from: number, until: number | null): string {
  return `the scheduler was stopped ${until === null ? `at ${iso(from)}` : `from ${iso(from)} to ${iso(until)}`}`;
}

function isOfMany({ outcome }: Run): boolean {
  return outcome?.kind === 'skipped' && outcome.count > 1;
}

function kindOf({ outcome, startedAt }: Run): Explanation['kind'] {
  if (outcome?.kind === 'skipped') return outcome.reason === 'down' ? 'down' : 'skipped';
  if (outcome !== null) return startedAt === null ? 'skipped' : 'ran';
  return startedAt === null ? 'waiting' : 'running';
}

function sentenceOf(run: Run, when: string): string {
  const { id, outcome, startedAt, endedAt } = run;
  if (outcome === null) {
    return startedAt === null
      ? `is due since ${when} and waits, as run ${id}`
      : `runs since ${iso(startedAt)} as run ${id}, due at ${when}`;
  }
  if (outcome.kind === 'skipped') {
    const detail = outcome.detail === null ? '' : `, ${outcome.detail}`;
    const many = outcome.count === 1 ? '' : ` (one of ${outcome.count} instants)`;
    return `was skipped at ${when}: ${REASONS[outcome.reason]}${detail}${many}`;
  }
  if (startedAt === null)
    return `was due at ${when} and ended before it started, as run ${id}: ${ended(outcome)}`;
  if (outcome.kind === 'abandoned' && outcome.reason === 'crash') {
    const found = `its process died, as was found at ${iso(endedAt!)}`;
    return `started at ${iso(startedAt)} as run ${id}, due at ${when}, and did not end: ${found}`;
  }
  return `ran at ${iso(startedAt)} as run ${id}, due at ${when}: ${ended(outcome)} after ${endedAt! - startedAt} ms`;
}

function ended(outcome: Exclude<Outcome, { kind: 'skipped' }>): string {
  return 'reason' in outcome ? `${outcome.kind} (${outcome.reason})` : outcome.kind;
}

const REASONS: Readonly<Record<SkipReason, string>> = {
  overlap: 'it overlapped an earlier run',
  superseded: 'a later run took its place',
  bufferFull: 'as many runs waited as may',
  paused: 'it was paused',
  disabled: 'it was disabled',
  misfire: 'it was found too late',
  coalesced: 'it was found too late, and a later instant stands for it',
  excluded: 'the instant is excluded',
  guard: 'a guard refused it',
  draining: 'the scheduler was stopping',
  down: 'the process was down',
  expired: 'it was too old to catch up',
};

function iso(at: number): string {
  return new Date(at).toISOString();
}
