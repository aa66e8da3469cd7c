import type { IQueueBackend } from 'bullmq';
import { setTimeout as wait } from 'node:timers/promises';

const REST_MS = 200;
/** To look for a job at once. */
const LOOK = { member: '', score: 0 };

/** A queue that may not start more, while more waits, would be asked without a pause: BullMQ waits for an empty one only. */
export function restingBackend<B extends IQueueBackend>(backend: B): B {
  const { waitForJob } = backend;
  backend.waitForJob = async (...args) => {
    if (!(await backend.isMaxed())) return waitForJob.apply(backend, args);
    await wait(REST_MS);
    return LOOK;
  };
  return backend;
}
