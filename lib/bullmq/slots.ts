import { addJobs } from './added.jobs.js';
import type { Opened } from './connections.js';
import { orderOf, type RunJob, type RunOrder } from './run.job.js';
import type { Wanted } from './unacknowledged.js';
import type { WantedJob } from './wanted.job.js';

/** A submission that has not got the slot of its task. */
export interface Blocked {
  readonly wanted: Wanted;
  readonly job: WantedJob;
  /** The job that holds the slot. */
  readonly winnerId: string;
}

const MOST_TRIES = 20;

/** Another run of the task holds its slot. If that is over by now, or is a skip itself, the slot is free. */
export async function takeOrSkip(opened: Opened, { wanted, job, winnerId }: Blocked) {
  const { runs } = opened;
  let id = winnerId;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const winner: RunJob | undefined = await runs.getJob(id);
    if (winner !== undefined && winner.finishedOn === undefined && winner.data.skip === undefined) {
      return addSkip(opened, wanted, winner);
    }
    await runs.getBackend().removeDeduplicationKey(job.name, id);
    id = (await addJobs(opened, [job]))[0]!;
    if (id === wanted.jobId) return;
  }
  throw new Error(`The slot of ${job.name} is held by runs that are over.`);
}

/** Its record, which any worker completes as skipped; unless it runs, for another process found the slot free. */
async function addSkip({ runs }: Opened, { submission, jobId }: Wanted, winner: RunJob): Promise<void> {
  const skip = { reason: 'overlap', detail: `run ${winner.data.id}` } as const;
  const data: RunOrder = { ...orderOf(submission), skip };
  await runs.add(submission.task.name, data, { jobId, lifo: true });
}
