import { Test } from '@nestjs/testing';
import type { RunStore } from '../../lib/run/run.store.js';
import {
  simulate,
  type SimulatedRun,
  type SimulateOptions,
  type Simulation,
} from '../../lib/testing/index.js';
import { SimulationRecord } from '../../lib/testing/simulation.record.js';
import { StsTestKit } from '../../lib/testing/sts.test-kit.js';
import type { RandomApp } from './random.app.js';
import { durationIn, moduleOf } from './random.module.js';

/** A time in which a process runs, epoch ms. */
export interface Life {
  readonly from: number;
  readonly to: number;
  readonly end: 'close' | 'crash' | 'last';
}

/** What really happens, in virtual time, told as a simulation tells it. */
export async function live(app: RandomApp, lives: readonly Life[], storeOf: () => RunStore | undefined) {
  const record = new SimulationRecord();
  for (const { from, to, end } of lives) {
    const store = storeOf();
    const builder = Test.createTestingModule({ imports: [moduleOf(app, store)] });
    // Handlers wait for the clock only, so that there is nothing to be patient for.
    const kit = await StsTestKit.create(builder, { now: from, patience: 0 });
    await kit.advanceTo(to - 1);
    if (end === 'close') await kit.close({ leaks: 'allow' });
    if (end === 'crash') await store?.close?.();
    kit.events().forEach(event => record.hear(event));
    if (end === 'last') {
      const { runs, skips, waits, problems } = structuredClone({ ...record });
      await kit.close({ leaks: 'allow' });
      return inOrder({ runs, skips, waits, problems });
    }
  }
  throw new Error('no life is the last');
}

export async function planned(app: RandomApp, options: Omit<SimulateOptions, 'durations'>, store?: RunStore) {
  const durations = (task: string, dueAt: number) => durationIn(app, task, dueAt);
  return inOrder(await simulate(moduleOf(app, store), { ...options, durations }));
}

/** A guarded run starts some microtasks after others of the same instant. */
function inOrder(week: Simulation): Simulation {
  const key = ({ startedAt, endedAt, task, dueAt }: SimulatedRun) =>
    `${startedAt ?? endedAt} ${task} ${dueAt}`;
  return { ...week, runs: week.runs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** What some weeks show; without it, they would show nothing. */
export class Sights {
  runs = 0;
  readonly #seen = new Set<string>();

  look({ runs, skips, waits, problems }: Simulation): void {
    this.runs += runs.length;
    for (const { cause, outcome, reason } of runs)
      [cause, String(outcome), String(reason)].forEach(word => this.#seen.add(word));
    for (const { reason } of skips) this.#seen.add(reason);
    for (const { waitsFor } of waits) this.#seen.add(waitsFor);
    for (const problem of problems) this.#seen.add(problem.split(' ')[3]!);
  }

  get words(): readonly string[] {
    return [...this.#seen];
  }
}
