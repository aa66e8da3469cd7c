import 'reflect-metadata';
import * as fc from 'fast-check';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { live, planned, Sights, type Life } from './lived.app.js';
import { restartedApps, type RestartedApp } from './restarted.app.js';

/** How many random apps live through a weekend; `SIMULATED_APPS` may ask for more. */
const APPS = Number(process.env['SIMULATED_APPS'] ?? 100);
const AT_ONCE = 20;
const SATURDAY = Date.UTC(2026, 2, 28, 0, 0, 0, 500);
const END = SATURDAY + 2 * 86_400_000;

/** In the days in which Europe changes its clocks. */
function livesOf({ downtimes }: RestartedApp): readonly Life[] {
  const lives: Life[] = [];
  let from = SATURDAY;
  for (const { afterMs, lastsMs, isCrash } of downtimes) {
    const to = from + afterMs;
    lives.push({ from, to, end: isCrash ? 'crash' : 'close' });
    from = to + lastsMs;
  }
  return [...lives, { from, to: END, end: 'last' }];
}

it('a simulated weekend with downtimes is one as it is really run', { timeout: 900_000 }, async () => {
  const sights = new Sights();
  const bounds = { perTask: 100_000, total: 1_000_000 };
  const some = { minLength: AT_ONCE / 2, maxLength: AT_ONCE / 2 };
  await fc.assert(
    fc.asyncProperty(fc.array(restartedApps, some), async apps => {
      const simulated = await Promise.all(
        apps.map(restarted => {
          const lives = livesOf(restarted);
          const downtimes = lives.slice(1).map(({ from }, i) => ({
            from: lives[i]!.to,
            to: from,
            isCrash: lives[i]!.end === 'crash',
          }));
          const store = sqliteRunStore(new Database(':memory:'), bounds);
          return planned(restarted.app, { from: SATURDAY, to: END, downtimes }, store);
        }),
      );
      const lived = apps.map(restarted => {
        const database = new Database(':memory:');
        return live(restarted.app, livesOf(restarted), () => sqliteRunStore(database, bounds));
      });

      expect(simulated).toEqual(await Promise.all(lived));
      simulated.forEach(simulation => sights.look(simulation));
    }),
    { numRuns: Math.ceil(APPS / AT_ONCE), endOnFailure: true },
  );
  const words = ['success', 'abandoned', 'crash', 'catchUp', 'down'];
  expect(sights.words).toEqual(expect.arrayContaining(words));
});
