import type { Configured, InjectedToken } from '../task/configured.js';
import type { TriggerTaskOptions } from '../task/task.options.js';
import type { Disabled } from '../trigger/rule.js';
import type { Trigger } from '../trigger/trigger.js';
import { ruleDecorator } from './rule.decorator.js';
import type { TaskDecorator } from './task.metadata.js';

/**
 * Runs the method at the instants that a trigger of your own names.
 *
 * @param trigger any object with `next(after: number): number | null`, pure, in epoch ms.
 * `'-'` and `null` disable the trigger. It may come from providers, and so may the options.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Schedule({ next: after => nextFullMoon(after) }) howl() {}
 * ```
 */
export function Schedule<
  const D extends readonly InjectedToken[] = [],
  const O extends readonly InjectedToken[] = [],
>(
  trigger: Trigger | Disabled | Configured<Trigger | Disabled, D>,
  options?: TriggerTaskOptions | Configured<TriggerTaskOptions, O>,
): TaskDecorator {
  return ruleDecorator('@Schedule', { key: 'schedule', value: trigger, options });
}
