import type { EngineHost, EngineOption, SharedEngine } from '../engine/shared.engine.js';
import { parseBullmqOptions, type BullmqOptions } from './bullmq.options.js';
import { ClusterEngine } from './cluster.engine.js';
import { ClusterMemory } from './cluster.memory.js';
import { ClusterRunStore } from './cluster.run-store.js';
import { Connections } from './connections.js';

/**
 * The engine that many processes share, on Redis or PostgreSQL, through BullMQ: each due instant runs in one of them. What
 * does not work over many processes yet is refused at bootstrap.
 *
 * A run is executed at least once: when its process dies, another one runs it again, unless its task says
 * `onCrash: 'fail'`. A Redis must keep its data over a restart (AOF), and must not evict (`noeviction`).
 *
 * @throws {ConfigurationError} for options that cannot be read. The start fails with an {EngineUnavailableError} when
 * the server does not answer within 10 s.
 * @example
 * ```ts
 * import { bullmq } from 'nestjs-sts/bullmq';
 *
 * StsModule.forRoot({ engine: bullmq({ connection: 'redis://localhost:6379' }) });
 * StsModule.forRoot({ engine: bullmq({ connection: 'postgres://localhost/app', backend: 'postgres' }) });
 * ```
 */
export function bullmq(options: BullmqOptions): EngineOption {
  const settings = parseBullmqOptions(options);
  return {
    name: 'bullmq',
    create(host: EngineHost): SharedEngine {
      const connections = new Connections(settings.server, host);
      const engine = new ClusterEngine(settings, connections, host);
      const memory = new ClusterMemory({
        connections,
        clock: host.clock,
        find: host.find,
        submittedUntil: until => engine.submittedUntil(until),
      });
      const close = () => engine.close(() => memory.settled());
      return { engine, store: new ClusterRunStore({ settings, connections, host, memory, close }) };
    },
  };
}
