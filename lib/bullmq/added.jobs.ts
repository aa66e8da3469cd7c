import type { JobJson } from 'bullmq';
import type { Opened } from './connections.js';
import type { WantedJob } from './wanted.job.js';

/**
 * Adds jobs as BullMQ's backend takes them: for each of those it would make a `Job` that nothing here needs, and check what is
 * known to be right.
 *
 * @returns the id of each, or of the job that holds the slot of its task.
 */
export function addJobs({ runs }: Opened, jobs: readonly WantedJob[]): Promise<readonly string[]> {
  return runs.getBackend().addJobs(jobs.map(entryOf));
}

function entryOf({ name, data, timestamp, opts: { jobId, ...more } }: WantedJob) {
  const opts = { attempts: 0, ...more };
  const deduplicationId = more.deduplication?.id;
  const job = { id: jobId, name, data: JSON.stringify(data), opts, timestamp, deduplicationId };
  return { jobId: jobId!, job: job as JobJson };
}
