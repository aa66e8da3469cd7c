import type { ClusterNode } from '../engine/engine.js';
import type { Clock } from '../time/clock.js';
import type { StsEvent } from '../run/run.events.js';
import { VERSION } from '../version.js';
import type { Connections, Opened } from './connections.js';
import { nodeId } from './fact.ids.js';
import { factsOf, note } from './facts.js';

export interface NodesHost {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly record: (event: StsEvent) => void;
  readonly node: string;
}

const EVERY_MS = 5_000;
const LIVE_MS = 16_000;
const FORGOTTEN_MS = 3_600_000;
/** A clock that is further off makes runs early or late for whoever looks at another one. */
const MOST_SKEW_MS = 1_000;

/** The processes that take runs: each says every 5 s that it lives. */
export class Nodes {
  readonly #host: NodesHost;
  #startedAt = 0;
  #disarm: (() => void) | undefined;
  #isWarned = false;

  constructor(host: NodesHost) {
    this.#host = host;
  }

  async join(): Promise<void> {
    this.#startedAt = this.#host.clock.now();
    await this.#say();
    this.#arm();
  }

  async leave(): Promise<void> {
    this.#disarm?.();
    this.#disarm = undefined;
    const { connections, node } = this.#host;
    const { facts } = await connections.opened();
    await facts.remove(nodeId(node));
  }

  /** Those that were heard of within 16 s. */
  async list(): Promise<readonly ClusterNode[]> {
    const { connections, clock } = this.#host;
    const opened = await connections.opened();
    const facts = await factsOf<ClusterNode>(opened, 'node');
    const now = clock.now() - (await skewOf(opened, clock));
    const ageOf = ({ seenAt, clockSkewMs }: ClusterNode) => now - (seenAt - (clockSkewMs ?? 0));
    const gone = facts.filter(({ data }) => ageOf(data) > FORGOTTEN_MS);
    await Promise.all(gone.map(fact => fact.remove().catch(() => undefined)));
    const live = facts.map(({ data }) => data).filter(node => ageOf(node) < LIVE_MS);
    return live.toSorted((a, b) => a.startedAt - b.startedAt);
  }

  #arm(): void {
    this.#disarm = this.#host.clock.after(EVERY_MS, () => {
      const again = () => {
        if (this.#disarm !== undefined) this.#arm();
      };
      this.#say().then(again, again);
    });
  }

  async #say(): Promise<void> {
    const { connections, clock, node } = this.#host;
    try {
      const opened = await connections.opened();
      const clockSkewMs = await skewOf(opened, clock);
      const seenAt = clock.now();
      const data = { id: node, version: VERSION, startedAt: this.#startedAt, seenAt, clockSkewMs };
      await note<ClusterNode>(opened, { kind: 'node', id: nodeId(node), data });
      this.#warnOf(clockSkewMs);
    } catch (error) {
      connections.failed(error);
    }
  }

  #warnOf(skewMs: number): void {
    if (Math.abs(skewMs) <= MOST_SKEW_MS) this.#isWarned = false;
    else if (!this.#isWarned) {
      this.#isWarned = true;
      const { record, clock } = this.#host;
      const side = skewMs > 0 ? 'ahead of' : 'behind';
      const message = `The clock of this process is ${Math.abs(skewMs)} ms ${side} that of Redis: runs come at its own time`;
      record({ type: 'engineWarned', at: clock.now(), message });
    }
  }
}

/** How far the clock of this process is ahead of the server's, in ms. */
async function skewOf({ producer }: Opened, clock: Clock): Promise<number> {
  const before = clock.now();
  const [seconds, micros] = (await producer.time()) as unknown as [string | number, string | number];
  const middle = (before + clock.now()) / 2;
  return Math.round(middle - (Number(seconds) * 1_000 + Number(micros) / 1_000));
}
