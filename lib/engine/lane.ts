/** The runs of one task that have not ended. */
export class Lane<R> {
  /** Those that wait for their jitter. */
  readonly delayed = new Set<R>();
  /** Those that hold a slot: from admission to the end of the last attempt. */
  readonly active = new Set<R>();
  /** Those that wait for a slot, the first to start first. */
  readonly buffer: R[] = [];
  /** How many of the active ones wait for a limit. */
  atGate = 0;
  /** Whether its task is gone. */
  isRemoved = false;

  get isEmpty(): boolean {
    return this.active.size === 0 && this.buffer.length === 0 && this.delayed.size === 0;
  }

  /** All of them; those that wait come first. */
  runs(): readonly R[] {
    return [...this.delayed, ...this.buffer, ...this.active];
  }

  /** @returns whether the run held a slot. */
  leave(run: R): boolean {
    if (this.active.delete(run)) return true;
    const position = this.buffer.indexOf(run);
    if (position >= 0) this.buffer.splice(position, 1);
    else this.delayed.delete(run);
    return false;
  }
}
