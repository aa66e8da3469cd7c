import type { Clock } from '../time/clock.js';
import type { Line } from './server.js';

/** What is less may come from the measuring. */
const NOTICED_MS = 100;

/** How far the clock of this process is ahead of the server's, as it was measured last. */
export class ServerClock {
  readonly #clock: Clock;
  /** In ms. */
  #skewMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get skewMs(): number {
    return this.#skewMs;
  }

  /** How much too early this process would do what is due by its own clock, in ms. */
  get aheadMs(): number {
    return this.#skewMs > NOTICED_MS ? this.#skewMs : 0;
  }

  /** An answer that takes long says little: what was measured before holds as far as it can still be true. */
  async measure(line: Line): Promise<number> {
    const before = this.#clock.now();
    const there = await line.now();
    const [least, most] = [before - there, this.#clock.now() - there];
    this.#skewMs = Math.round(Math.min(Math.max(this.#skewMs, least), most));
    return this.#skewMs;
  }
}
