import type { CronTaskOptions } from '../task/task.options.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/**
 * Runs the method whenever the wall clock of a time zone matches a cron expression.
 *
 * @param expression 5 fields (minute first) or 6 (second first).
 * @throws nothing itself: a wrong value fails at bootstrap, by name of class and method.
 * @example
 * ```ts
 * @Cron('0 0 * * *', { timeZone: 'Europe/Paris' }) nightly() {}
 * ```
 */
export function Cron(expression: string, options?: CronTaskOptions): TaskDecorator {
  return taskDecorator({ decorator: '@Cron', options: { ...options, cron: expression } });
}
