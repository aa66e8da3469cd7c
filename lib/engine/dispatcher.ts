import { startJitter } from '../policy/jitter.js';
import type { SkipReason } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import { alternating } from '../trigger/alternating.js';
import { lastOf, stretchOf, type Stretch } from '../trigger/stretch.js';
import type { Trigger } from '../trigger/trigger.js';
import { nextOf } from '../trigger/upcoming.js';
import type { Submission, Verdict } from './engine.js';
import { isEnabled, isExcluded, isKept, namedBy, type TermsHost } from './terms.js';
import type { Due } from './timeline.js';

export interface DispatcherHost extends TermsHost {
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  readonly submit: (submission: Submission) => void;
}

interface KnownStretch {
  readonly trigger: Trigger;
  readonly dueAt: number;
  readonly until: number;
  readonly stretch: Stretch;
}

const RUN: Verdict = Object.freeze({ kind: 'run' });

/** Finds the verdict of each due instant, and submits it. */
export class Dispatcher {
  readonly #host: DispatcherHost;
  #latest: KnownStretch | undefined;

  constructor(host: DispatcherHost) {
    this.#host = host;
  }

  dispatch({ task, dueAt, missedUntil }: Due): void {
    if (!isEnabled(task, this.#host)) this.#skip(task, dueAt, missedUntil ?? dueAt, 'disabled');
    else if (missedUntil === null) this.#dispatchOne(task, dueAt);
    else if (task.misfire === 'skip') this.#skip(task, dueAt, missedUntil, 'misfire');
    else if (task.terms.some(({ exclude }) => exclude !== null)) this.#coalesceSome(task, dueAt, missedUntil);
    else this.#coalesce(task, dueAt, missedUntil);
  }

  #dispatchOne(task: TaskDefinition, dueAt: number): void {
    if (task.terms.length === 0) return this.#submit(task, dueAt, RUN);
    const naming = namedBy(task, dueAt);
    const counting = naming.filter(schedule => !isExcluded(schedule, task, dueAt, this.#host));
    if (naming.length > 0 && counting.length === 0) return this.#skip(task, dueAt, dueAt, 'excluded');
    const jitterMs = counting.length === 0 ? 0 : Math.min(...counting.map(schedule => schedule.jitterMs));
    const delayMs = startJitter(task.name, dueAt, nextOf(task.triggers, dueAt), jitterMs);
    this.#submit(task, dueAt, delayMs === 0 ? RUN : { kind: 'run', delayMs });
  }

  #skip(task: TaskDefinition, dueAt: number, until: number, reason: SkipReason): void {
    const { count, last } = this.#stretchOf(task, dueAt, until);
    this.#submit(task, dueAt, { kind: 'skip', reason, count, lastDueAt: last, detail: null });
  }

  #coalesce(task: TaskDefinition, dueAt: number, until: number): void {
    const { last, beforeLast } = this.#stretchOf(task, dueAt, until);
    if (beforeLast !== null) this.#skip(task, dueAt, beforeLast, 'coalesced');
    this.#submit(task, last, RUN);
  }

  /** Of the missed instants that are not excluded, the latest runs. */
  #coalesceSome(task: TaskDefinition, dueAt: number, until: number): void {
    const isIn = (at: number) => isKept(task, at, this.#host);
    const { rows, latest } = alternating(task.triggers, { from: dueAt, until }, isIn);
    for (const { first, last, isKept } of rows) {
      const reason = isKept ? 'coalesced' : 'excluded';
      if (last !== latest) this.#skip(task, first, last, reason);
      else if (first < last) this.#skip(task, first, lastOf(task.triggers, first, last - 1), reason);
    }
    if (latest !== null) this.#submit(task, latest, RUN);
  }

  /** After a sleep, all tasks of one trigger ask for the same stretch. */
  #stretchOf({ triggers }: TaskDefinition, dueAt: number, until: number): Stretch {
    if (dueAt === until) return { count: 1, last: dueAt, beforeLast: null };
    const [trigger] = triggers;
    const known = this.#latest;
    const isKnown = known?.trigger === trigger && known?.dueAt === dueAt && known?.until === until;
    if (isKnown && triggers.length === 1) return known.stretch;
    const stretch = stretchOf(triggers, dueAt, until);
    if (triggers.length === 1) this.#latest = { trigger: trigger!, dueAt, until, stretch };
    return stretch;
  }

  #submit(task: TaskDefinition, dueAt: number, verdict: Verdict): void {
    const id = `${task.name}@${dueAt}`;
    this.#host.submit({ id, task, cause: 'schedule', dueAt, payload: undefined, verdict });
  }
}
