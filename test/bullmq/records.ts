import { RUNS } from '../../lib/bullmq/connections.js';
import { parseBullmqOptions } from '../../lib/bullmq/bullmq.options.js';
import { runOf, type RunJob } from '../../lib/bullmq/run.job.js';
import type { Run } from '../../lib/run/run.js';

/** The records of a cluster, read past the engine. */
export interface Records {
  all(): Promise<readonly Run[]>;
  close(): Promise<void>;
}

/** A run that moves on meanwhile is found in a later one. */
const STATES = ['waiting', 'delayed', 'active', 'completed', 'failed'] as const;
const PAGE = 500;

export async function recordsOf(connection: string, prefix: string): Promise<Records> {
  const { server } = parseBullmqOptions({ connection, prefix });
  const line = await server.connect(() => undefined);
  const queue = line.queue(RUNS).on('error', () => undefined);
  return {
    async all() {
      const jobs: RunJob[] = [];
      for (const state of STATES) {
        for (let first = 0, found = PAGE; found === PAGE; first += PAGE) {
          const page = await queue.getJobs([state], first, first + PAGE - 1);
          found = page.length;
          jobs.push(...(page as RunJob[]));
        }
      }
      return jobs.map(runOf);
    },
    async close() {
      await queue.close();
      await line.close();
    },
  };
}
