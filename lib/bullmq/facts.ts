import type { Job } from 'bullmq';
import type { Opened } from './connections.js';

/** A fact of one kind. */
export interface Fact<T> {
  readonly data: T;
  remove(): Promise<void>;
}

/** Notes a fact under its id, in place of what stands there. */
export async function note<T>({ facts }: Opened, { kind, id, data }: { kind: string; id: string; data: T }) {
  const job = (await facts.add(kind, data, { jobId: id })) as Job<T>;
  await job.updateData(data);
}

/** All facts of a kind: there are few of them. */
export async function factsOf<T>({ facts }: Opened, kind: string): Promise<readonly Fact<T>[]> {
  const jobs = (await facts.getJobs(['waiting'])) as Job<T>[];
  return jobs
    .filter(job => (job as Job<T> | undefined)?.name === kind)
    .map(job => ({ data: job.data, remove: () => job.remove() }));
}
