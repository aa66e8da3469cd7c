import type { Configured, InjectedToken } from '../task/configured.js';
import type { TaskOptions } from '../task/task.options.js';
import { optionsDecorator } from './rule.decorator.js';
import type { TaskDecorator } from './task.metadata.js';

/**
 * Makes the method a task that `SchedulerRegistry.trigger()` starts. Every task can be triggered by hand; this
 * is for those that have no other trigger, or take a payload.
 *
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Manual({ payload: z.object({ since: z.string() }) })
 * async rebuild({ payload }: TaskContext<{ since: string }>) {}
 * ```
 */
export function Manual<const O extends readonly InjectedToken[] = []>(
  options?: TaskOptions | Configured<TaskOptions, O>,
): TaskDecorator {
  return optionsDecorator('@Manual', options);
}
