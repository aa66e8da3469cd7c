/** A run that may hold a slot of its lane. */
export interface SlotHolder {
  /** Which one, from 0; -1 when it holds none. */
  slot: number;
}

/** The runs of one task that have not ended. */
export class Lane<R extends SlotHolder> {
  /** Those that wait for their jitter. */
  readonly delayed: R[] = [];
  /** Those that hold a slot: from admission to the end of the last attempt. */
  readonly active: R[] = [];
  /** Those that wait for a slot, the first to start first. */
  readonly buffer: R[] = [];
  /** How many of the active ones wait for a limit. */
  atGate = 0;
  /** Whether its task is gone. */
  isRemoved = false;

  get isEmpty(): boolean {
    return this.active.length === 0 && this.buffer.length === 0 && this.delayed.length === 0;
  }

  /** All of them; those that wait come first. */
  runs(): readonly R[] {
    return [...this.delayed, ...this.buffer, ...this.active];
  }

  enter(run: R): void {
    run.slot = this.active.push(run) - 1;
  }

  /** @returns whether the run held a slot. */
  leave(run: R): boolean {
    if (run.slot >= 0) {
      this.#free(run);
      return true;
    }
    if (!takeOut(this.buffer, run)) takeOut(this.delayed, run);
    return false;
  }

  /** The run's jitter is over. */
  undelay(run: R): void {
    takeOut(this.delayed, run);
  }

  /** The last one moves up: a Set of all that is active would cost more than the rest of a plain run. */
  #free(run: R): void {
    const last = this.active.pop()!;
    if (last !== run) {
      this.active[run.slot] = last;
      last.slot = run.slot;
    }
    run.slot = -1;
  }
}

/** @returns whether it was there. */
function takeOut<T>(items: T[], item: T): boolean {
  const position = items.indexOf(item);
  if (position >= 0) items.splice(position, 1);
  return position >= 0;
}
