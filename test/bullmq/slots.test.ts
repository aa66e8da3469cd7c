import { expect, it } from 'vitest';
import { takeOrSkip } from '../../lib/bullmq/slots.js';
import { taskOf } from './engine.host.js';

/** @param holders who holds the slot, in turn: each of them is over when it is looked at. */
async function taken(holders: string[]): Promise<readonly string[]> {
  const freed: string[] = [];
  const backend = {
    removeDeduplicationKey: async (_: string, id: string) => void freed.push(id),
    addJobs: async () => [holders.shift() ?? 'mine'],
  };
  const opened = { runs: { getBackend: () => backend, getJob: async () => ({ finishedOn: 1 }) } };
  const wanted = { jobId: 'mine', submission: { task: taskOf('job') } };
  const job = { name: 'job', data: {}, opts: { jobId: 'mine' } };
  await takeOrSkip(opened as never, { wanted, job, winnerId: 'first' } as never);
  return freed;
}

it('a slot is taken from one run after another that is over', async () => {
  expect(await taken(['second', 'third'])).toEqual(['first', 'second', 'third']);
});

it('a slot that runs which are over get again and again is told', async () => {
  await expect(taken(Array(20).fill('another'))).rejects.toThrow(/slot of job is held by runs that are over/);
});
