import type { TaskContext } from './task.context.js';

/**
 * A task as a class of its own, named after the class. Decorate it with `@Every`, `@Cron`, …, and list it among
 * the providers of a module or in `StsModule.forFeature([…])`; or hand an instance to `TaskScheduler.addTask()`.
 *
 * @example
 * ```ts
 * @Injectable() @Every('1h')
 * export class CleanUp extends Task {
 *   async run(context: TaskContext) {}
 * }
 * ```
 */
export abstract class Task<Payload = undefined> {
  /** Does the work: what it throws or rejects with is a failure, what it returns the result. */
  abstract run(context: TaskContext<Payload>): unknown;
}

/** A task without a class, for `TaskScheduler.addTask()`. */
export interface TaskFunction<Payload = undefined> {
  readonly name: string;
  readonly run: (context: TaskContext<Payload>) => unknown;
}
