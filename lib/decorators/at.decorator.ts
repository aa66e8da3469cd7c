import type { Configured, InjectedToken } from '../task/configured.js';
import type { TriggerTaskOptions } from '../task/task.options.js';
import type { Instant } from '../trigger/at.trigger.js';
import type { Disabled } from '../trigger/rule.js';
import { ruleDecorator } from './rule.decorator.js';
import type { TaskDecorator } from './task.metadata.js';

/**
 * Runs the method once, at an instant. One that is over when the app starts is logged and runs nothing.
 *
 * @param instant a Date, ISO 8601 text with `Z` or an offset, or epoch ms. `'-'` and `null` disable the
 * trigger. It may come from providers, and so may the options.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @At('2026-12-24T18:00:00+01:00') greet() {}
 * ```
 */
export function At<
  const D extends readonly InjectedToken[] = [],
  const O extends readonly InjectedToken[] = [],
>(
  instant: Instant | Disabled | Configured<Instant | Disabled, D>,
  options?: TriggerTaskOptions | Configured<TriggerTaskOptions, O>,
): TaskDecorator {
  return ruleDecorator('@At', { key: 'at', value: instant, options });
}
