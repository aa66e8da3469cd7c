import type { ActiveRun } from './active.run.js';
import { Lane } from './lane.js';

/** The lane of each task, and those of tasks that are gone, until their last run has ended. */
export class Lanes {
  readonly #byTask = new Map<string, Lane<ActiveRun>>();
  readonly #removed = new Set<Lane<ActiveRun>>();

  /** The lane of a task, made when there is none. */
  of(taskName: string): Lane<ActiveRun> {
    let lane = this.#byTask.get(taskName);
    if (lane === undefined) this.#byTask.set(taskName, (lane = new Lane<ActiveRun>()));
    return lane;
  }

  find(taskName: string): Lane<ActiveRun> | undefined {
    return this.#byTask.get(taskName);
  }

  /** Takes the lane of a task out: one that takes the name later begins anew, while what runs ends in its own time. */
  remove(taskName: string): Lane<ActiveRun> | undefined {
    const lane = this.#byTask.get(taskName);
    if (lane === undefined) return undefined;
    this.#byTask.delete(taskName);
    lane.isRemoved = true;
    if (!lane.isEmpty) this.#removed.add(lane);
    return lane;
  }

  /** Takes a run out of its lane. @returns whether it held a slot. */
  leave(run: ActiveRun, lane: Lane<ActiveRun>): boolean {
    const heldSlot = lane.leave(run);
    if (lane.isRemoved && lane.isEmpty) this.#removed.delete(lane);
    return heldSlot;
  }

  /** All that has not ended; what waits for another run of its task comes before that one. */
  runs(): readonly ActiveRun[] {
    return [...this.#byTask.values(), ...this.#removed].flatMap(lane => lane.runs());
  }
}
