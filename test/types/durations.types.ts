/**
 * What the compiler accepts and refuses where a duration stands. `tsc` is the test: a line under `@ts-expect-error`
 * that compiles is an error itself. Nothing here runs.
 */
import {
  At,
  Cron,
  Every,
  everyTrigger,
  Retry,
  type Duration,
  type EveryTaskOptions,
  type ScheduleOptions,
  type StsModuleOptions,
} from '../../lib/index.js';

declare const text: string;
declare const number: number;
declare const duration: Duration;
declare const oneOfTwo: '10s' | '1h30m';
declare const oneIsWrong: '10s' | '10x';
const literal = '10s';

export class Accepted {
  @Every('10s') seconds() {}
  @Every('500ms') milliseconds() {}
  @Every('1h30m') twoUnits() {}
  @Every('1d12h30m') threeUnits() {}
  @Every('1.5h') fraction() {}
  @Every(10_000) ms() {}
  @Every(literal) constant() {}
  @Every(oneOfTwo) union() {}
  @Every(duration) alreadyChecked() {}
  @Every(number) numberVariable() {}
  /** A variable of type string is checked at bootstrap, as one from the environment must be. */
  @Every(text) stringVariable() {}
  @Every(`${number}s`) template() {}
  /** TypeScript's `${number}` takes these for numbers; they are refused at bootstrap. */
  @Every('-10s') @Every('1e3s') @Every('1h 30m') oddNumbers() {}

  @Every('1d', { offset: '4h', timeout: '5m', shutdownGrace: 0 }) options() {}
  @Cron('0 0 * * *', { timeout: '30s' }) cron() {}
  @At('2026-12-24T18:00:00Z', { timeout: '30s' }) at() {}
  @Every('10s') @Retry(3, { delay: '1s', maxDelay: '1m' }) retry() {}
}

export class Refused {
  // @ts-expect-error: x is no unit
  @Every('10x') unknownUnit() {}
  // @ts-expect-error: no unit
  @Every('10') noUnit() {}
  // @ts-expect-error: no number
  @Every('s') noNumber() {}
  // @ts-expect-error: nothing
  @Every('') nothing() {}
  // @ts-expect-error: an upper-case unit
  @Every('10S') upperCase() {}
  // @ts-expect-error: a word
  @Every('daily') word() {}
  // @ts-expect-error: a cron expression
  @Every('* * * * *') cronExpression() {}
  // @ts-expect-error: one of the two is none
  @Every(oneIsWrong) union() {}
  // @ts-expect-error: a bigint
  @Every(10n) bigint() {}
  // @ts-expect-error: a Date
  @Every(new Date()) date() {}
  // @ts-expect-error: nothing at all
  @Every(undefined) undefinedPeriod() {}
  // @ts-expect-error: no period
  @Every() noPeriod() {}

  // @ts-expect-error: an offset with an unknown unit
  @Every('10s', { offset: '4x' }) offset() {}
  // @ts-expect-error: a timeout with an unknown unit
  @Every('10s', { timeout: '5x' }) timeout() {}
  // @ts-expect-error: an offset belongs to @Every
  @Cron('0 0 * * *', { offset: '4h' }) cronOffset() {}
  // @ts-expect-error: a time zone belongs to @Cron
  @Every('10s', { timeZone: 'UTC' }) everyTimeZone() {}
  // @ts-expect-error: a delay with an unknown unit
  @Every('10s') @Retry(3, { delay: '1x' }) delay() {}
}

export const acceptedOptions: [ScheduleOptions, EveryTaskOptions, StsModuleOptions] = [
  { every: '10s', offset: '3s', retry: { retries: 3, delay: '1s' } },
  { offset: 500 },
  { timeout: '5m', shutdown: { timeout: '25s' }, groups: { mail: { shutdownGrace: '30s' } } },
];

export const refusedOptions: [ScheduleOptions, EveryTaskOptions, StsModuleOptions, StsModuleOptions] = [
  // @ts-expect-error: a period with an unknown unit
  { every: '10x' },
  // @ts-expect-error: an offset with an unknown unit
  { offset: '4x' },
  // @ts-expect-error: a timeout with an unknown unit
  { shutdown: { timeout: '25x' } },
  // @ts-expect-error: a grace with an unknown unit, in a group
  { groups: { mail: { shutdownGrace: '30x' } } },
];

everyTrigger('10s', { offset: '4s' });
everyTrigger(duration);
// @ts-expect-error: x is no unit
everyTrigger('10x');
// @ts-expect-error: an offset with an unknown unit
everyTrigger('10s', { offset: '4x' });
