import type { CronTaskOptions } from '../task/task.options.js';
import type { CheckedCron } from '../trigger/cron.text.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/**
 * Runs the method whenever the wall clock of a time zone matches a cron expression.
 *
 * @param expression 5 fields (minute first), 6 (second first), or an alias such as `@daily`; the whole grammar
 * stands at `cronTrigger`. A literal with a wrong number of fields does not compile.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Cron('0 0 * * *', { timeZone: 'Europe/Paris' }) nightly() {}
 * ```
 */
export function Cron<const E extends string>(
  expression: CheckedCron<E>,
  options?: CronTaskOptions,
): TaskDecorator {
  return taskDecorator({ decorator: '@Cron', options: { ...options, cron: expression } });
}
