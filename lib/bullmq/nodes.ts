import type { ClusterNode } from '../engine/engine.js';
import type { Clock } from '../time/clock.js';
import { VERSION } from '../version.js';
import type { Connections } from './connections.js';
import { nodeId } from './fact.ids.js';
import { factsOf, note } from './facts.js';
import type { ServerClock } from './server.clock.js';

export interface NodesHost {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly node: string;
  /** Is called each time when it is known how far the clock of this process is ahead of the server's, in ms. */
  readonly onSkew: (skewMs: number) => void;
}

const EVERY_MS = 5_000;
const LIVE_MS = 16_000;
const FORGOTTEN_MS = 3_600_000;

/** The processes that take runs: each says every 5 s that it lives. */
export class Nodes {
  readonly #host: NodesHost;
  #startedAt = 0;
  #disarm: (() => void) | undefined;
  #saying: Promise<void> | undefined;

  constructor(host: NodesHost) {
    this.#host = host;
  }

  async join(): Promise<void> {
    this.#startedAt = this.#host.clock.now();
    await this.#say();
    this.#disarm?.();
    this.#arm();
  }

  async leave(): Promise<void> {
    this.#disarm?.();
    this.#disarm = undefined;
    // What is on its way would say that it lives.
    await this.#saying;
    const { connections, node } = this.#host;
    const { facts } = await connections.opened();
    await facts.remove(nodeId(node));
  }

  /** Those that were heard of within 16 s. */
  async list(): Promise<readonly ClusterNode[]> {
    const { connections, clock, serverClock } = this.#host;
    const opened = await connections.opened();
    const facts = await factsOf<ClusterNode>(opened, 'node');
    const now = clock.now() - (await serverClock.measure(opened.line));
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
      this.#saying = this.#say().then(again);
    });
  }

  async #say(): Promise<void> {
    const { connections, clock, node, serverClock, onSkew } = this.#host;
    try {
      const opened = await connections.opened();
      const clockSkewMs = await serverClock.measure(opened.line);
      onSkew(clockSkewMs);
      const seenAt = clock.now();
      const data = { id: node, version: VERSION, startedAt: this.#startedAt, seenAt, clockSkewMs };
      await note<ClusterNode>(opened, { kind: 'node', id: nodeId(node), data });
      connections.worked();
    } catch (error) {
      connections.failed(error);
    }
  }
}
