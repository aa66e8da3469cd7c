import type { AppPart } from './app.part.js';
import type { TaskNow } from './states.js';
import { keyOf, type TaskTally } from './task.tally.js';

/** What is told of a task: of all apps together that have one of this name in this group. */
export type TaskFigures = Readonly<TaskTally> & TaskNow;

export function figuresOf(parts: Iterable<AppPart>): readonly TaskFigures[] {
  const byTask = new Map<string, TaskFigures>();
  for (const part of parts) {
    for (const tally of part.tallies()) {
      const figures = { ...tally, ...part.now(tally.task) };
      const known = byTask.get(keyOf(tally));
      byTask.set(keyOf(tally), known === undefined ? figures : joined(known, figures));
    }
  }
  return [...byTask.values()];
}

function joined(a: TaskFigures, b: TaskFigures): TaskFigures {
  return {
    ...a,
    runs: joinedBy(a.runs, b.runs, (one, other) => joinedBy(one, other, sum)),
    skips: joinedBy(a.skips, b.skips, sum),
    retries: sum(a.retries, b.retries),
    lastSuccessAt: Math.max(a.lastSuccessAt, b.lastSuccessAt),
    active: sum(a.active, b.active),
    nextAt: earliest(a.nextAt, b.nextAt),
  };
}

function joinedBy<K extends string, V>(
  a: Readonly<Record<K, V>>,
  b: Readonly<Record<K, V>>,
  join: (a: V, b: V) => V,
): Record<K, V> {
  const keys = Object.keys(a) as K[];
  return Object.fromEntries(keys.map(key => [key, join(a[key], b[key])])) as Record<K, V>;
}

const sum = (a: number, b: number) => a + b;
/** 0 = never. */
const earliest = (a: number, b: number) => (a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b));
