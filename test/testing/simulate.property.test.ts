import 'reflect-metadata';
import { Test } from '@nestjs/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { simulate, type SimulatedRun, type Simulation } from '../../lib/testing/index.js';
import { SimulationRecord } from '../../lib/testing/simulation.record.js';
import { StsTestKit } from '../../lib/testing/sts.test-kit.js';
import { durationIn, moduleOf, randomApps, type RandomApp } from './random.app.js';

/** How many random apps live through a week; `SIMULATED_APPS` may ask for more. */
const APPS = Number(process.env['SIMULATED_APPS'] ?? 100);
/** So many live at once: a turn of the event loop, which costs most, is then one for all of them. */
const AT_ONCE = 20;
/** The week in which Europe changes its clocks. */
const FROM = Date.UTC(2026, 2, 23);
const TO = Date.UTC(2026, 2, 30);

/** What really happens, in virtual time, told as a simulation tells it. */
async function live(app: RandomApp) {
  const builder = Test.createTestingModule({ imports: [moduleOf(app)] });
  // Handlers wait for the clock only, so that there is nothing to be patient for.
  const kit = await StsTestKit.create(builder, { now: FROM - 1, patience: 0 });
  await kit.advanceTo(TO - 1);
  const record = new SimulationRecord();
  kit.events().forEach(event => record.hear(event));
  const { runs, skips, waits, problems } = structuredClone({ ...record });
  await kit.close({ leaks: 'allow' });
  return inOrder({ runs, skips, waits, problems });
}

async function planned(app: RandomApp) {
  const durations = (task: string, dueAt: number) => durationIn(app, task, dueAt);
  return inOrder(await simulate(moduleOf(app), { from: FROM, to: TO, durations }));
}

/** A guarded run starts some microtasks after others of the same instant. */
function inOrder(week: Simulation): Simulation {
  const key = ({ startedAt, endedAt, task, dueAt }: SimulatedRun) =>
    `${startedAt ?? endedAt} ${task} ${dueAt}`;
  return { ...week, runs: week.runs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

it('a simulated week is a week as it is really run, policies included', { timeout: 600_000 }, async () => {
  let runs = 0;
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(randomApps, { minLength: AT_ONCE, maxLength: AT_ONCE }), async apps => {
      const simulated = await Promise.all(apps.map(planned));

      expect(simulated).toEqual(await Promise.all(apps.map(live)));
      for (const week of simulated) {
        runs += week.runs.length;
        for (const { outcome } of week.runs) seen.add(String(outcome));
        for (const { reason } of week.skips) seen.add(reason);
        for (const { waitsFor } of week.waits) seen.add(waitsFor);
      }
    }),
    { numRuns: Math.ceil(APPS / AT_ONCE) },
  );
  // Or the apps would show nothing.
  expect(runs).toBeGreaterThan(APPS * 20);
  expect([...seen]).toEqual(
    expect.arrayContaining(['success', 'timeout', 'null', 'overlap', 'excluded', 'jitter', 'limit']),
  );
});
