import type { TriggerTaskOptions } from '../task/task.options.js';
import type { Instant } from '../trigger/at.trigger.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/**
 * Runs the method once, at an instant. One that is over when the app starts is logged and runs nothing.
 *
 * @param instant a Date, ISO 8601 text with `Z` or an offset, or epoch ms.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @At('2026-12-24T18:00:00+01:00') greet() {}
 * ```
 */
export function At(instant: Instant, options?: TriggerTaskOptions): TaskDecorator {
  return taskDecorator({ decorator: '@At', options: { ...options, at: instant } });
}
