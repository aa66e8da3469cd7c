import type { TaskNow } from '../metrics/states.js';
import type { TaskTally } from '../metrics/task.tally.js';
import type { Readings } from './app.part.js';

/** The value of a gauge for the labels of a task. */
export interface TaskValue {
  readonly labels: { readonly task: string; readonly group: string };
  readonly value: number;
}

export interface TaskGauge {
  readonly help: string;
  readonly of: (tally: TaskTally, now: TaskNow) => number;
  /** Of two apps that have a task of the same name. */
  readonly join: (a: number, b: number) => number;
}

export const ACTIVE: TaskGauge = {
  help: 'Runs that go on in this process, those that wait for another attempt included.',
  of: (_, now) => now.active,
  join: (a, b) => a + b,
};

export const LAST_SUCCESS: TaskGauge = {
  help: 'When a run last succeeded in this process, in seconds since 1970; 0 = never.',
  of: ({ lastSuccessAt }) => lastSuccessAt / 1_000,
  join: Math.max,
};

export const NEXT_RUN: TaskGauge = {
  help: 'When the task is due next, in seconds since 1970; 0 = never.',
  of: (_, now) => now.nextAt / 1_000,
  join: (a, b) => (a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b)),
};

export function valuesOf({ of, join }: TaskGauge, readings: Readings): Iterable<TaskValue> {
  const values = new Map<string, TaskValue>();
  for (const part of readings.parts()) {
    for (const tally of part.tallies()) {
      const { task, group } = tally;
      const key = JSON.stringify([task, group]);
      const value = of(tally, part.now(task));
      const known = values.get(key);
      values.set(key, {
        labels: { task, group },
        value: known === undefined ? value : join(known.value, value),
      });
    }
  }
  return values.values();
}
