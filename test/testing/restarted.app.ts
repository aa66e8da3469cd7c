import * as fc from 'fast-check';
import { appsWith, count, maybe, minutes, type RandomApp } from './random.app.js';

/**
 * What a task says besides when the process does not run all the time. The ids of starts, which no process has twice, do
 * not follow from the task, and no jitter of theirs would.
 */
const restarts = fc.record({
  retry: maybe(fc.record({ retries: count(2), delay: minutes(30), jitter: fc.constant('none' as const) })),
  catchUp: maybe(minutes(900)),
  misfire: fc.constantFrom('coalesce', 'skip', 'all'),
  misfireGrace: maybe(minutes(60)),
  shutdownGrace: maybe(fc.constantFrom('0s', '3s', '1m')),
});

/** An app, and the times in which its process is down: in minutes since the last one started. */
export interface RestartedApp {
  readonly app: RandomApp;
  readonly downtimes: readonly {
    readonly afterMs: number;
    readonly lastsMs: number;
    readonly isCrash: boolean;
  }[];
}

export const restartedApps: fc.Arbitrary<RestartedApp> = fc.record({
  app: appsWith(restarts),
  downtimes: fc.array(fc.record({ afterMs: minutes(1_000), lastsMs: minutes(400), isCrash: fc.boolean() }), {
    minLength: 1,
    maxLength: 2,
  }),
});
