export { jobTools, type JobTools, type WorkerJob } from './worker.job.js';
export { WorkerTask } from './worker.task.js';
export type { WorkerTaskOptions } from './worker.options.js';
