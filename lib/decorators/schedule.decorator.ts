import type { TriggerTaskOptions } from '../task/task.options.js';
import type { Trigger } from '../trigger/trigger.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/**
 * Runs the method at the instants that a trigger of your own names.
 *
 * @param trigger any object with `next(after: number): number | null`, pure, in epoch ms.
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Schedule({ next: after => nextFullMoon(after) }) howl() {}
 * ```
 */
export function Schedule(trigger: Trigger, options?: TriggerTaskOptions): TaskDecorator {
  return taskDecorator({ decorator: '@Schedule', options: { ...options, schedule: trigger } });
}
