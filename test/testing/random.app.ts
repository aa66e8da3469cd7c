import * as fc from 'fast-check';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An app as fast-check makes it up; how long its runs take is a list per task, by turns. */
export interface RandomApp {
  readonly module: StsModuleOptions;
  readonly tasks: readonly RandomTask[];
}

interface RandomTask {
  /** One a trigger; the first has the policy beside it. */
  readonly schedules: readonly ScheduleOptions[];
  readonly takesMs: readonly number[];
  readonly isGuarded: boolean;
}

export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
export const minutes = (max: number, min = 1) => fc.integer({ min, max }).map(n => n * MINUTE_MS);
export const count = (max: number) => fc.integer({ min: 1, max });

const rules = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(hours => ({ every: hours * HOUR_MS })),
  fc.constantFrom(
    { every: '45m' as const },
    { every: '1d' as const, offset: '4h' as const },
    { cron: '30 2 * * *', timeZone: 'Europe/Paris' },
    { cron: '0 */3 * * *', timeZone: 'Europe/Paris' },
    { cron: '15,45 9-17 * * MON-FRI', timeZone: 'America/New_York' },
    { cron: '0 1 * * SUN', timeZone: '+02:00' },
    { at: '2026-03-27T12:00:00Z' },
    { at: '2026-03-29T01:00:00Z' },
  ),
);

const isSeventh = (dueAt: number) => (dueAt / MINUTE_MS) % 7 === 0;
const boom = (): never => {
  throw new Error('boom');
};

const besideRule = fc.record({
  jitter: maybe(minutes(90)),
  exclude: maybe(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(isSeventh) },
      { weight: 2, arbitrary: fc.constant(['2026-03-25', '2026-03-28T12:00:00Z']) },
      { weight: 1, arbitrary: fc.constant(boom) },
    ),
  ),
  startAt: seldom(fc.constantFrom('2026-03-24T06:00:00Z', '2026-03-28T03:00:00Z')),
  endAt: maybe(fc.constantFrom('2026-03-28T04:00:00Z', '2026-03-29T01:00:00Z')),
});

const schedules = fc.tuple(rules, besideRule).map(([rule, beside]) => ({ ...rule, ...beside }));
const thresholds = fc.record({
  failures: count(3),
  action: fc.constant('pause' as const),
  resumeAfter: maybe(minutes(600)),
});

const policies = fc
  .record({
    overlap: fc.constantFrom('skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'),
    bufferSize: count(3),
    timeout: maybe(minutes(240)),
    retry: maybe(
      fc.record({
        retries: count(2),
        delay: minutes(30),
        maxDelay: fc.constant('1h'),
        backoff: fc.constantFrom('fixed', 'exponential'),
        jitter: fc.constantFrom('none', 'full', 0.5),
      }),
    ),
    priority: count(3),
    maxRuns: maybe(count(40)),
    group: maybe(fc.constantFrom('reports', 'mail')),
    errorThreshold: maybe(thresholds),
    runOnStart: maybe(fc.oneof(fc.constantFrom(true, false, '5s'), minutes(90))),
    enabled: seldom(
      fc.constantFrom(
        false,
        () => true,
        () => false,
        boom,
      ),
    ),
  })
  .chain(policy =>
    maybe(count(3)).map(concurrency => (policy.overlap === 'allowAll' ? { ...policy, concurrency } : policy)),
  );

const some = { minLength: 1, maxLength: 5 };
const takes = fc.array(fc.oneof(fc.constant(0), minutes(20), minutes(600)), some);
/** To be asked takes a guarded run its turn, so that it never ends within its start. */
const takesOfGuarded = fc.array(fc.oneof(minutes(20), minutes(600)), some);

const modules = fc.record({
  concurrency: maybe(count(3)),
  groups: fc.record({
    reports: fc.record({ concurrency: maybe(count(2)), errorThreshold: maybe(thresholds) }),
    mail: fc.record({ concurrency: count(1), overlap: maybe(fc.constant('bufferAll' as const)) }),
  }),
  retry: maybe(count(1)),
  timeZone: fc.constantFrom('Europe/Paris', 'UTC'),
  overrides: fc.constantFrom<StsModuleOptions['overrides']>(
    undefined,
    { 'Tasks.t0': { every: '2h', jitter: '10m' } },
    { 'Tasks.t0': { maxRuns: 3, timeout: '30m' } },
    { 'Tasks.t0': { enabled: false } },
  ),
  only: seldom(fc.constant(['Tasks.t0'])),
});

/** @param besidePolicy what a task says besides. */
export function appsWith<T extends object>(besidePolicy: fc.Arbitrary<T>): fc.Arbitrary<RandomApp> {
  const tasks = fc.boolean().chain(isGuarded =>
    fc.record({
      schedules: fc
        .tuple(fc.array(schedules, { minLength: 1, maxLength: 3 }), policies, besidePolicy)
        .map(([[first, ...others], ...own]) => [Object.assign({}, first, ...own), ...others]),
      takesMs: isGuarded ? takesOfGuarded : takes,
      isGuarded: fc.constant(isGuarded),
    }),
  );
  return fc.record({ module: modules, tasks: fc.array(tasks, some) }) as fc.Arbitrary<RandomApp>;
}

export const randomApps = appsWith(fc.constant({}));
