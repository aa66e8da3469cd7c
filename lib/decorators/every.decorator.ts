import type { Configured, InjectedToken } from '../task/configured.js';
import type { EveryTaskOptions } from '../task/task.options.js';
import type { CheckedDuration } from '../time/duration.js';
import type { Disabled } from '../trigger/rule.js';
import { ruleDecorator } from './rule.decorator.js';
import type { TaskDecorator } from './task.metadata.js';

/**
 * Runs the method once each `period`, aligned to the epoch: a restart shifts nothing, and `'1d'` is each
 * midnight in UTC.
 *
 * @param period a duration above 0: `'10s'`, `'1h30m'`, or a number of ms. `'-'` and `null` disable the trigger. It may
 * come from providers, and so may the options.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Every('10s') poll() {}
 * @Every({ inject: [ConfigService], useFactory: config => config.getOrThrow('POLL_EVERY') }) pollAsSaid() {}
 * @Every('1d', { offset: '4h' }) nightly() {} // 04:00 UTC
 * ```
 */
export function Every<
  const D extends readonly InjectedToken[] = [],
  const O extends readonly InjectedToken[] = [],
>(
  period: Disabled | Configured<string | number | null, D>,
  options?: EveryTaskOptions | Configured<EveryTaskOptions, O>,
): TaskDecorator;
// Last, for the compiler's complaints are about the last one.
export function Every<const P extends string | number, const O extends readonly InjectedToken[] = []>(
  period: CheckedDuration<P>,
  options?: EveryTaskOptions | Configured<EveryTaskOptions, O>,
): TaskDecorator;
export function Every(period: unknown, options?: object): TaskDecorator {
  return ruleDecorator('@Every', { key: 'every', value: period, options });
}
