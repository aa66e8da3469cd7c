import type { Draws } from '../policy/draws.js';
import { startJitter } from '../policy/jitter.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';
import type { Submission } from './engine.js';
import { RUN, submissionOf, type MissedInstants, type Ruling, type Span } from './missed.instants.js';
import { isEnabled, isExcluded, namedBy, type TermsHost } from './terms.js';
import type { Due } from './timeline.js';

export interface DispatcherHost extends TermsHost {
  readonly missed: MissedInstants;
  readonly draws: Draws;
  readonly submit: (submission: Submission) => void;
}

/** Finds the verdict of each due instant, and submits it. */
export class Dispatcher {
  readonly #host: DispatcherHost;

  constructor(host: DispatcherHost) {
    this.#host = host;
  }

  dispatch({ task, dueAt, missedUntil }: Due): void {
    const isOn = isEnabled(task, this.#host);
    if (isOn && missedUntil === null) return this.#submit(task, this.#ruling(task, dueAt));
    const span = { first: dueAt, until: missedUntil ?? dueAt };
    for (const ruling of this.#rulings(task, span, isOn)) this.#submit(task, ruling);
  }

  #submit(task: TaskDefinition, ruling: Ruling): void {
    this.#host.submit(submissionOf(task, 'schedule', ruling));
  }

  #rulings(task: TaskDefinition, span: Span, isOn: boolean): readonly Ruling[] {
    const { missed } = this.#host;
    if (!isOn) return [missed.skip(task, span, 'disabled')];
    return task.misfire === 'skip' ? [missed.skip(task, span, 'misfire')] : missed.coalesce(task, span);
  }

  /** Of an instant that was found in time. */
  #ruling(task: TaskDefinition, dueAt: number): Ruling {
    if (task.terms.length === 0) return { dueAt, verdict: RUN };
    const naming = namedBy(task, dueAt);
    const counting = naming.filter(schedule => !isExcluded(schedule, task, dueAt, this.#host));
    if (naming.length > 0 && counting.length === 0) {
      return this.#host.missed.skip(task, { first: dueAt, until: dueAt }, 'excluded');
    }
    const jitterMs = counting.length === 0 ? 0 : Math.min(...counting.map(schedule => schedule.jitterMs));
    const spread = { taskName: task.name, dueAt, nextAt: nextOf(task.triggers, dueAt), jitterMs };
    const delayMs = startJitter(spread, this.#host.draws.of);
    return { dueAt, verdict: delayMs === 0 ? RUN : { kind: 'run', delayMs } };
  }
}
