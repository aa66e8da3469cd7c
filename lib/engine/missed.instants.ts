import { instantRunId, type Cause } from '../run/run.js';
import type { SkipReason } from '../run/outcome.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { alternating } from '../trigger/alternating.js';
import { newestOf, stretchOf, type Stretch } from '../trigger/stretch.js';
import type { Trigger } from '../trigger/trigger.js';
import type { Skip, Submission, Verdict } from './engine.js';
import { isKept, type TermsHost } from './terms.js';

/** Due instants in a row, the first and the last possible one; epoch ms. */
export interface Span {
  readonly first: number;
  readonly until: number;
}

/** What becomes of an instant, or of several in a row that begin with it. */
export interface Ruling {
  readonly dueAt: number;
  readonly verdict: Verdict;
}

/** Of how many instants `exclude` is asked: each costs a call, and rows that alternate cost a record each. */
const MOST_ASKED = 1_000;
const NOT_ASKED = `only the newest ${MOST_ASKED} were looked at for what is excluded`;

interface KnownStretch extends Span {
  readonly trigger: Trigger;
  readonly stretch: Stretch;
}

/** Rules over instants that were found together and too late: by a blocked process, after a sleep or a downtime. */
export class MissedInstants {
  readonly #host: TermsHost;
  #latest: KnownStretch | undefined;

  constructor(host: TermsHost) {
    this.#host = host;
  }

  /** All are skipped, as one record. */
  skip(task: TaskDefinition, span: Span, reason: SkipReason, detail: string | null = null): Ruling {
    const { count, last } = this.#stretchOf(task, span);
    return { dueAt: span.first, verdict: { kind: 'skip', reason, count, lastDueAt: last, detail } };
  }

  /** The latest that is not excluded runs, and the others are skipped. */
  coalesce(task: TaskDefinition, span: Span): readonly Ruling[] {
    if (task.terms.every(({ exclude }) => exclude === null)) return this.#coalesceAll(task, span);
    const [from] = newestOf(task.triggers, span, MOST_ASKED) as [number];
    const { rows, latest } = alternating(task.triggers, { from, until: span.until }, at =>
      isKept(task, at, this.#host),
    );
    const older = { first: span.first, until: from - 1 };
    const asked = rows.flatMap(({ first, last, isKept: isIn }) => {
      const row = { first, until: last };
      if (isIn && last === latest) return this.#coalesceAll(task, row);
      return [this.skip(task, row, isIn ? 'coalesced' : 'excluded')];
    });
    return from > span.first ? [this.skip(task, older, 'coalesced', NOT_ASKED), ...asked] : asked;
  }

  #coalesceAll(task: TaskDefinition, span: Span): readonly Ruling[] {
    const { last, beforeLast } = this.#stretchOf(task, span);
    const run = { dueAt: last, verdict: RUN };
    if (beforeLast === null) return [run];
    return [this.skip(task, { first: span.first, until: beforeLast }, 'coalesced'), run];
  }

  /** After a sleep, all tasks of one trigger ask for the same stretch. */
  #stretchOf({ triggers }: TaskDefinition, { first, until }: Span): Stretch {
    if (first === until) return { count: 1, last: first, beforeLast: null };
    const [trigger] = triggers;
    const known = this.#latest;
    const isKnown = known?.trigger === trigger && known?.first === first && known?.until === until;
    if (isKnown && triggers.length === 1) return known.stretch;
    const stretch = stretchOf(triggers, first, until);
    if (triggers.length === 1) this.#latest = { trigger: trigger!, first, until, stretch };
    return stretch;
  }
}

/** One instant is skipped. */
export function skipOf(dueAt: number, reason: SkipReason, detail: string | null = null): Skip {
  return { kind: 'skip', reason, count: 1, lastDueAt: dueAt, detail };
}

export const RUN: Verdict = Object.freeze({ kind: 'run' });

/** The submission of an instant: its id follows from the task and the instant, in every process. */
export function submissionOf(task: TaskDefinition, cause: Cause, { dueAt, verdict }: Ruling): Submission {
  return { id: instantRunId(task.name, dueAt), task, cause, dueAt, payload: undefined, verdict };
}
