import type { EveryTaskOptions } from '../task/task.options.js';
import type { CheckedDuration, Duration } from '../time/duration.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/**
 * Runs the method once each `period`, aligned to the epoch: a restart shifts nothing, and `'1d'` is each
 * midnight in UTC.
 *
 * @param period a duration above 0: `'10s'`, `'1h30m'`, or a number of ms.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Every('10s') poll() {}
 * @Every('1d', { offset: '4h' }) nightly() {} // 04:00 UTC
 * ```
 */
export function Every<const P extends string | number>(
  period: CheckedDuration<P>,
  options?: EveryTaskOptions,
): TaskDecorator {
  return taskDecorator({ decorator: '@Every', options: { ...options, every: period as Duration } });
}
