import { isKept, type TermsHost } from '../engine/terms.js';
import type { TaskDefinition } from '../task/task.definition.js';
import { nextOf } from '../trigger/upcoming.js';

/** From `from` on and before `to`, epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface DueInstants {
  /** All of them; when they are estimated, those of the beginning. */
  readonly instants: readonly number[];
  /** How many are due in each step that follows them, by the step's beginning. */
  readonly estimated: ReadonlyMap<number, number>;
}

export const STEP_MS = 60_000;

/**
 * When a task is due, what is excluded left out. Of a rule that names more than `most` instants, each step that
 * follows has as many as those before it that had any: so a cron expression of few hours stays in them.
 */
export function dueInstants(task: TaskDefinition, { from, to }: Span, most: number): DueInstants {
  const isDue = keepsAll(task) ? () => true : (at: number) => isKept(task, at, QUIET);
  const named: number[] = [];
  let at = nextOf(task.triggers, from - 1);
  for (; at !== null && at < to && named.length < most; at = nextOf(task.triggers, at)) named.push(at);
  if (at === null || at >= to) return { instants: named.filter(isDue), estimated: new Map() };
  // The step in which it was left off is not known whole.
  const known = startOfStep(at, from);
  const before = named.filter(instant => instant < known);
  const perStep = known === from ? (most * STEP_MS) / (at - from) : perActiveStep(before, from);
  const estimated = estimate(task, { span: { from: known, to }, perStep, isDue });
  return { instants: before.filter(isDue), estimated };
}

function keepsAll({ terms }: TaskDefinition): boolean {
  return terms.every(({ exclude }) => exclude === null);
}

/** A function of the user's that throws is told of when the instant comes. */
const QUIET: TermsHost = { clock: { now: () => 0 } as TermsHost['clock'], record: () => undefined };

function startOfStep(at: number, from: number): number {
  return from + Math.floor((at - from) / STEP_MS) * STEP_MS;
}

function perActiveStep(instants: readonly number[], from: number): number {
  return instants.length / new Set(instants.map(at => startOfStep(at, from))).size;
}

interface Estimate {
  readonly span: Span;
  readonly perStep: number;
  readonly isDue: (at: number) => boolean;
}

/** Each step is asked for its first instant. */
function estimate({ triggers }: TaskDefinition, { span, perStep, isDue }: Estimate) {
  const counts = new Map<number, number>();
  let rest = 0;
  for (let at = nextOf(triggers, span.from - 1); at !== null && at < span.to;) {
    const step = startOfStep(at, span.from);
    const count = Math.round(perStep + rest);
    rest += perStep - count;
    if (isDue(at)) counts.set(step, count);
    at = nextOf(triggers, step + STEP_MS - 1);
  }
  return counts;
}
