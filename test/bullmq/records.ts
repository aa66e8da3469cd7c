import { RUNS } from '../../lib/bullmq/connections.js';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { runOf, type RunJob } from '../../lib/bullmq/run.job.js';
import type { Run } from '../../lib/run/run.js';

/** The records of a cluster, read past the engine. */
export interface Records {
  all(): Promise<readonly Run[]>;
  close(): Promise<void>;
}

export async function recordsOf(connection: string, prefix: string): Promise<Records> {
  const { server } = parseBullmqOptions({ connection, prefix });
  const line = await server.connect(() => undefined);
  const queue = line.queue(RUNS).on('error', () => undefined);
  return {
    async all() {
      const jobs = await queue.getJobs(['completed', 'failed', 'active', 'waiting', 'delayed']);
      return jobs.map(job => runOf(job as RunJob));
    },
    async close() {
      await queue.close();
      await line.close();
    },
  };
}
