import { startJitter } from '../policy/jitter.js';
import type { SkipReason } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { TaskDefinition } from '../task/task.definition.js';
import type { Clock } from '../time/clock.js';
import { MOST_COUNTED, stretchOf, type Stretch } from '../trigger/stretch.js';
import type { Trigger } from '../trigger/trigger.js';
import { nextOf, upcoming } from '../trigger/upcoming.js';
import type { Submission, Verdict } from './engine.js';
import { isEnabled, isExcluded, namedBy, type TermsHost } from './terms.js';
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
  /** What waits for its jitter; each function submits it at once. */
  readonly #delayed = new Set<() => void>();
  #latest: KnownStretch | undefined;

  constructor(host: DispatcherHost) {
    this.#host = host;
  }

  dispatch({ task, dueAt, missedUntil }: Due): void {
    if (!isEnabled(task, this.#host)) this.#skipAll(task, dueAt, missedUntil ?? dueAt, 'disabled');
    else if (missedUntil === null) this.#dispatchOne(task, dueAt);
    else if (task.misfire === 'skip') this.#skipAll(task, dueAt, missedUntil, 'misfire');
    else if (task.terms.length > 0) this.#coalesceOneByOne(task, dueAt, missedUntil);
    else this.#coalesce(task, dueAt, missedUntil);
  }

  /** Submits at once what waits for its jitter. */
  flush(): void {
    for (const submit of this.#delayed) submit();
  }

  #dispatchOne(task: TaskDefinition, dueAt: number): void {
    if (task.terms.length === 0) return this.#submit(task, dueAt, RUN);
    const counting = namedBy(task, dueAt).filter(schedule => !isExcluded(schedule, task, dueAt, this.#host));
    if (counting.length === 0) return this.#skipAll(task, dueAt, dueAt, 'excluded');
    const jitterMs = Math.min(...counting.map(schedule => schedule.jitterMs));
    const delayMs = startJitter(task.name, dueAt, nextOf(task.triggers, dueAt), jitterMs);
    const leftMs = dueAt + delayMs - this.#host.clock.now();
    if (leftMs <= 0) this.#submit(task, dueAt, RUN);
    else this.#delay(task, dueAt, leftMs);
  }

  #delay(task: TaskDefinition, dueAt: number, ms: number): void {
    const submit = () => {
      disarm();
      this.#delayed.delete(submit);
      this.#submit(task, dueAt, RUN);
    };
    const disarm = this.#host.clock.after(ms, submit);
    this.#delayed.add(submit);
  }

  #skipAll(task: TaskDefinition, dueAt: number, until: number, reason: SkipReason): void {
    const { count, last } = stretchOf(task.triggers, dueAt, until);
    this.#submit(task, dueAt, { kind: 'skip', reason, count, lastDueAt: last, detail: null });
  }

  #coalesce(task: TaskDefinition, dueAt: number, until: number): void {
    const { count, last, beforeLast } = this.#stretchOf(task, dueAt, until);
    if (beforeLast !== null) {
      this.#submit(task, dueAt, {
        kind: 'skip',
        reason: 'coalesced',
        count: count - 1,
        lastDueAt: beforeLast,
        detail: null,
      });
    }
    this.#submit(task, last, RUN);
  }

  /** Excluded instants lie between the others: the latest that is not excluded runs. */
  #coalesceOneByOne(task: TaskDefinition, dueAt: number, until: number): void {
    const missed = upcoming(task.triggers, dueAt - 1, MOST_COUNTED).filter(at => at <= until);
    const isIn = (at: number) =>
      namedBy(task, at).some(schedule => !isExcluded(schedule, task, at, this.#host));
    const latest = missed.findLast(isIn);
    for (const at of missed) {
      if (at === latest) this.#submit(task, at, RUN);
      else this.#skipAll(task, at, at, isIn(at) ? 'coalesced' : 'excluded');
    }
  }

  /** After a sleep, all tasks of one trigger ask for the same stretch. */
  #stretchOf({ triggers }: TaskDefinition, dueAt: number, until: number): Stretch {
    const [trigger] = triggers;
    const known = this.#latest;
    const isKnown = known?.trigger === trigger && known?.dueAt === dueAt && known?.until === until;
    if (isKnown && triggers.length === 1) return known.stretch;
    const stretch = stretchOf(triggers, dueAt, until);
    if (triggers.length === 1) this.#latest = { trigger: trigger!, dueAt, until, stretch };
    return stretch;
  }

  #submit(task: TaskDefinition, dueAt: number, verdict: Verdict): void {
    this.#host.submit({
      id: `${task.name}@${dueAt}`,
      task,
      cause: 'schedule',
      dueAt,
      payload: undefined,
      verdict,
    });
  }
}
