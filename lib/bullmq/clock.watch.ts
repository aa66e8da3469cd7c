import type { StsEvent } from '../run/run.events.js';
import type { Clock } from '../time/clock.js';
import type { Server } from './server.js';

export interface ClockWatchHost {
  readonly server: Server;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  /** Is called when this process must not take runs, and when it may again. */
  readonly onRest: (isResting: boolean) => void;
}

/** Who looks at such a clock and at another one sees runs early or late. */
const WARNED_MS = 1_000;

type State = 'right' | 'off' | 'resting';

/** A process whose clock is off says so; one that would take runs of others away by it takes none. */
export class ClockWatch {
  readonly #host: ClockWatchHost;
  #state: State = 'right';

  constructor(host: ClockWatchHost) {
    this.#host = host;
  }

  look(skewMs: number): void {
    const { server, onRest } = this.#host;
    const state = stateOf(Math.abs(skewMs), server.mostSkewMs);
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    if ((state === 'resting') !== (before === 'resting')) onRest(state === 'resting');
    if (state !== 'right') this.#warn(skewMs, state);
  }

  #warn(skewMs: number, state: State): void {
    const { server, clock, record } = this.#host;
    const side = skewMs > 0 ? 'ahead of' : 'behind';
    const off = `The clock of this process is ${Math.abs(skewMs)} ms ${side} that of ${server.name}`;
    const then =
      state === 'resting'
        ? `it takes no runs until it is within ${Math.round(server.mostSkewMs)} ms: set it by NTP`
        : `what it says of times is off by as much: set it by NTP`;
    record({ type: 'engineWarned', at: clock.now(), message: `${off}: ${then}` });
  }
}

function stateOf(offMs: number, mostMs: number): State {
  if (offMs > mostMs) return 'resting';
  return offMs > WARNED_MS ? 'off' : 'right';
}
