import 'reflect-metadata';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { live, planned, Sights } from './lived.app.js';
import { randomApps } from './random.app.js';

/** How many random apps live through a week; `SIMULATED_APPS` may ask for more. */
const APPS = Number(process.env['SIMULATED_APPS'] ?? 100);
/** So many live at once: a turn of the event loop, which costs most, is then one for all of them. */
const AT_ONCE = 20;
/** The week in which Europe changes its clocks. Nothing is due at the instant itself, which an app may or may not see. */
const MONDAY = Date.UTC(2026, 2, 23, 0, 0, 0, 500);

it('a simulated week is a week as it is really run, policies included', { timeout: 900_000 }, async () => {
  const sights = new Sights();
  const week = { from: MONDAY, to: MONDAY + 7 * 86_400_000 };
  await fc.assert(
    fc.asyncProperty(fc.array(randomApps, { minLength: AT_ONCE, maxLength: AT_ONCE }), async apps => {
      const simulated = await Promise.all(apps.map(app => planned(app, week)));
      const lived = apps.map(app => live(app, [{ ...week, end: 'last' }], () => undefined));

      expect(simulated).toEqual(await Promise.all(lived));
      simulated.forEach(simulation => sights.look(simulation));
    }),
    // To shrink so many at once takes longer than anybody waits.
    { numRuns: Math.ceil(APPS / AT_ONCE), endOnFailure: true },
  );
  expect(sights.runs).toBeGreaterThan(APPS * 20);
  const outcomes = ['success', 'timeout', 'cancelled', 'null', 'schedule', 'start'];
  const others = [
    'overlap',
    'superseded',
    'bufferFull',
    'excluded',
    'disabled',
    'paused',
    'jitter',
    'limit',
    'enabled',
    'exclude',
  ];
  expect(sights.words).toEqual(expect.arrayContaining([...outcomes, ...others]));
});
