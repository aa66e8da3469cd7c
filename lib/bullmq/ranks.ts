import type { TaskDefinition } from '../task/task.definition.js';

/** Priorities go from `-MOST_PRIORITY` to this. */
export const MOST_PRIORITY = 1_000_000;

/** BullMQ counts from here: what has no number there comes before all that has one. */
const FIRST = 1;

/**
 * The order in which BullMQ takes runs that wait. Where no task of this process comes before others, most runs have no number:
 * a list costs the server less.
 */
export class Ranks {
  #hasHigher = false;

  /** A task that there is from now on. */
  note({ priority }: Pick<TaskDefinition, 'priority'>): void {
    this.#hasHigher ||= priority > 0;
  }

  /** BullMQ's number: the lower comes first, and 0 before all. */
  of({ priority }: Pick<TaskDefinition, 'priority'>): number {
    // Never -0.
    return this.#hasHigher ? FIRST + MOST_PRIORITY - priority : 0 - priority;
  }
}
