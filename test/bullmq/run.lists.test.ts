import { expect, it } from 'vitest';
import { list } from '../../lib/bullmq/run.lists.js';

/** @param answers of the calls in turn: what they throw, or `null` when they are done. */
async function listed(answers: (Error | null)[]): Promise<readonly string[]> {
  const calls: string[] = [];
  const addJobLog = async () => {
    calls.push('line');
    const answer = answers.shift() ?? null;
    if (answer !== null) throw answer;
  };
  const add = async () => void calls.push('list');
  await list({ facts: { addJobLog, add } } as never, 'job', 'job#1');
  return calls;
}

const TAKEN = Object.assign(new Error('duplicate key value'), { code: '23505' });
const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

it('a run is listed again when another process has just taken the number of its line', async () => {
  expect(await listed([TAKEN, TAKEN, null])).toEqual(['line', 'line', 'line']);
});

it('the first run of a task makes its list', async () => {
  expect(await listed([new Error('Missing key'), null])).toEqual(['line', 'list', 'line']);
});

it('what will not work is told', async () => {
  await expect(listed([RESET])).rejects.toThrow(RESET);
  await expect(listed(Array(20).fill(TAKEN))).rejects.toThrow(TAKEN);
});
