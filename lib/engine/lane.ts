import type { ActiveRun } from './active.run.js';

/** The runs of one task that have not ended. */
export class Lane {
  /** Those that hold a slot: from admission to the end of the last attempt. */
  readonly active = new Set<ActiveRun>();
  /** Those that wait for one, the first to start first. */
  readonly buffer: ActiveRun[] = [];
  /** How many due instants have been admitted so far. */
  admitted = 0;
  /** Whether its task is gone. */
  isRemoved = false;

  get isEmpty(): boolean {
    return this.active.size === 0 && this.buffer.length === 0;
  }

  /** All of them; those that wait come first. */
  runs(): readonly ActiveRun[] {
    return [...this.buffer, ...this.active];
  }

  /** @returns whether the run held a slot. */
  leave(run: ActiveRun): boolean {
    if (this.active.delete(run)) return true;
    const position = this.buffer.indexOf(run);
    if (position >= 0) this.buffer.splice(position, 1);
    return false;
  }
}
