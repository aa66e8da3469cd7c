import type { Configured, InjectedToken } from '../task/configured.js';
import type { CronTaskOptions } from '../task/task.options.js';
import type { CheckedCron } from '../trigger/cron.text.js';
import type { Disabled } from '../trigger/rule.js';
import { ruleDecorator } from './rule.decorator.js';
import type { TaskDecorator } from './task.metadata.js';

/**
 * Runs the method whenever the wall clock of a time zone matches a cron expression.
 *
 * @param expression 5 fields (minute first), 6 (second first), or an alias such as `@daily`; the whole grammar
 * stands at `cronTrigger`. A literal with a wrong number of fields does not compile. `'-'` and `null` disable the
 * trigger. It may come from providers, and so may the options.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Cron('0 0 * * *', { timeZone: 'Europe/Paris' }) nightly() {}
 * @Cron({ inject: [ConfigService], useFactory: config => config.getOrThrow('REPORT_CRON') }) report() {}
 * ```
 */
export function Cron<
  const D extends readonly InjectedToken[] = [],
  const O extends readonly InjectedToken[] = [],
>(
  expression: Disabled | Configured<string | Disabled, D>,
  options?: CronTaskOptions | Configured<CronTaskOptions, O>,
): TaskDecorator;
// Last, for the compiler's complaints are about the last one.
export function Cron<const E extends string, const O extends readonly InjectedToken[] = []>(
  expression: CheckedCron<E>,
  options?: CronTaskOptions | Configured<CronTaskOptions, O>,
): TaskDecorator;
export function Cron(expression: unknown, options?: object): TaskDecorator {
  return ruleDecorator('@Cron', { key: 'cron', value: expression, options });
}
