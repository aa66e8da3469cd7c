/** BullMQ by itself: the same number of jobs, the same concurrency. */
import { Queue, Worker } from 'bullmq';
import { concurrency, measure, port, WAVE } from './measure.js';

const AT_ONCE = 1_000;
const keep = { age: 86_400 };
const connection = { port, host: '127.0.0.1', maxRetriesPerRequest: null };
const queue = new Queue('runs', { connection, prefix: 'bare' });
let onEnd = () => {};
const worker = new Worker('runs', async () => undefined, {
  connection,
  prefix: 'bare',
  concurrency,
  removeOnComplete: keep,
  removeOnFail: keep,
});
worker.on('completed', () => onEnd());
await worker.waitUntilReady();

const now = Date.now();

await measure(async wave => {
  let left = WAVE;
  const dueAt = now + wave;
  const all = new Promise(resolve => (onEnd = () => --left === 0 && resolve()));
  for (let i = 0; i < WAVE; i += AT_ONCE) {
    const jobs = Array.from({ length: AT_ONCE }, (_, n) => {
      const id = `task-${i + n}@${dueAt}`;
      return { name: `task-${i + n}`, data: { id, cause: 'schedule', dueAt }, opts: { jobId: id } };
    });
    await queue.addBulk(jobs);
  }
  await all;
});
await worker.close();
await queue.close();
