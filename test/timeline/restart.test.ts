import Database from 'libsql';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../lib/run/run.store.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { START, story, type Work } from './story.js';

/** How many random stories are told; `MODEL_RUNS` may ask for more. */
const STORIES = Math.ceil(Number(process.env['MODEL_RUNS'] ?? 1_000) / 5);

const second = (max: number, min = 1) => fc.integer({ min, max });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const ms = (seconds: number) => seconds * 1_000;

const isOdd = (at: number) => (at / 1_000) % 2 === 1;

const tasks = fc.record({
  everySeconds: fc.oneof(second(40), second(4_000, 300)),
  options: fc.record({
    overlap: fc.constantFrom('skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'),
    misfire: fc.constantFrom('coalesce', 'skip', 'all'),
    misfireGrace: second(90, 0).map(ms),
    catchUp: maybe(second(900).map(ms)),
    timeout: maybe(second(20).map(ms)),
    retry: maybe(fc.record({ retries: second(2), delay: second(15).map(ms) })),
    jitter: maybe(second(20).map(ms)),
    exclude: maybe(fc.constant(isOdd)),
    enabled: maybe(fc.boolean()),
    maxRuns: maybe(second(8)),
    errorThreshold: maybe(
      fc.record({
        failures: second(3),
        action: fc.constant('pause' as const),
        resumeAfter: second(60).map(ms),
      }),
    ),
  }),
  work: fc.record({ takes: second(30, 0), fails: fc.boolean() }),
});

const lives = fc.array(
  fc.record({
    seconds: second(200, 61),
    isPaused: fc.boolean(),
    end: fc.constantFrom('crash', 'close'),
    downSeconds: second(2_000, 0),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Every record of a task, the oldest first. */
async function recordsOf(store: RunStore, taskName: string) {
  const all = [];
  for (let cursor: string | null = null, isMore = true; isMore; isMore = cursor !== null) {
    const page = await store.list({ taskName, limit: 1_000, cursor });
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all.toReversed();
}

describe('a random story of a process that ends and starts again', () => {
  it('has one record for every due instant', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tasks, { minLength: 1, maxLength: 3 }), lives, async (plan, all) => {
        const database = new Database(':memory:');
        const bounds = { perTask: 100_000, total: 1_000_000 };
        let now = START;
        for (const [life, { seconds, isPaused, end, downSeconds }] of all.entries()) {
          const runStore = sqliteRunStore(database, bounds);
          const scheduler = await story({ runStore }, now);
          plan.forEach(({ everySeconds, options, work }, i) =>
            scheduler.task(`T${i}`, { every: ms(everySeconds), ...options } as ScheduleOptions, work as Work),
          );
          await scheduler.run();
          if (isPaused) await scheduler.registry.pause('T0');
          await scheduler.pass(seconds);
          if (isPaused && life % 2 === 0) await scheduler.registry.resume('T0');
          expect(await scheduler.registry.stats()).toMatchObject({ unaccounted: 0 });
          if (end === 'close' || life === all.length - 1) await scheduler.end();
          else await runStore.close?.();
          now = scheduler.clock.now();
          if (life < all.length - 1) now += ms(downSeconds);
        }

        // What the last life has left to the next one is ruled on there.
        const settling = await story({ runStore: sqliteRunStore(database, bounds) }, now);
        await settling.run();
        await settling.end();

        const store = sqliteRunStore(database, bounds);
        for (const [i, { everySeconds, options }] of plan.entries()) {
          const records = (await recordsOf(store, `T${i}`)).filter(
            ({ cause }) => cause === 'schedule' || cause === 'catchUp',
          );
          const open = records.filter(({ outcome }) => outcome === null);
          const accounted = records.reduce(
            (sum, { outcome }) => sum + (outcome?.kind === 'skipped' ? outcome.count : 1),
            0,
          );
          const { maxRuns } = options;
          const started = records.filter(({ startedAt }) => startedAt !== null).length;
          expect(started).toBeLessThanOrEqual(maxRuns ?? Infinity);
          const due = Math.floor(now / ms(everySeconds)) - Math.floor(START / ms(everySeconds));
          // Nothing is due while as many as may have been accepted: then some instants have no record.
          expect(due - accounted).toBeGreaterThanOrEqual(0);
          const unaccounted = maxRuns === undefined ? due - accounted : 0;
          expect({ task: i, unaccounted, open: open.length }).toEqual({ task: i, unaccounted: 0, open: 0 });
        }
        await store.close?.();
        database.close();
      }),
      { numRuns: STORIES },
    );
  });
});
