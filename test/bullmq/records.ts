import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { runOf, type RunJob } from '../../lib/bullmq/run.job.js';
import { RUNS } from '../../lib/bullmq/connections.js';
import type { Run } from '../../lib/run/run.js';

/** The records of a cluster, read past the engine. */
export interface Records {
  all(): Promise<readonly Run[]>;
  /** How many jobs have not ended. */
  open(): Promise<number>;
  close(): Promise<void>;
}

export function recordsOf(url: string, prefix: string): Records {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  const queue = new Queue(RUNS, { connection, prefix });
  queue.on('error', () => undefined);
  return {
    async all() {
      const jobs = await queue.getJobs(['completed', 'failed', 'active', 'waiting', 'delayed']);
      return jobs.map(job => runOf(job as RunJob));
    },
    async open() {
      const counts = await queue.getJobCounts('active', 'waiting', 'delayed');
      return Object.values(counts).reduce((sum, n) => sum + n, 0);
    },
    async close() {
      await queue.close();
      connection.disconnect();
    },
  };
}
