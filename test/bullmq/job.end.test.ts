import { describe, expect, it } from 'vitest';
import { recordEnd } from '../../lib/bullmq/job.end.js';

const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const GONE = Object.assign(new Error('Missing lock'), { code: -2 });

/** @param answers of the calls in turn: what they throw, or `null` when they are done. */
async function ended(
  answers: (Error | null)[],
  more: { isRecorded?: () => Promise<boolean>; isClosing?: boolean } = {},
) {
  const told: string[] = [];
  const call = async () => {
    const answer = answers.shift()!;
    if (answer !== null) throw answer;
    return { result: ['next'], finishedOn: 1 };
  };
  const next = await recordEnd(
    {
      job: { id: '1' } as never,
      token: 't',
      end: { kind: 'failed', reason: 'broken' },
      mayFetch: () => true,
    },
    {
      backend: { moveToFailed: call } as never,
      taken: {
        recorded: () => told.push('recorded'),
        lost: () => told.push('lost'),
        isRecorded: more.isRecorded ?? (async () => false),
        renewed: () => undefined,
      },
      isClosing: () => more.isClosing ?? false,
      rest: async () => void told.push('rest'),
    },
  );
  return { told, next };
}

describe('the end of a job', () => {
  it('is repeated while only the connection is in the way', async () => {
    expect(await ended([RESET, RESET, null])).toEqual({ told: ['rest', 'rest', 'recorded'], next: ['next'] });
  });

  it('is left to other processes when this one closes', async () => {
    expect((await ended([RESET], { isClosing: true })).told).toEqual([]);
  });

  it('is lost when another process has the job', async () => {
    expect((await ended([GONE], { isRecorded: async () => true })).told).toEqual(['lost']);
  });

  it('of a lost answer is recorded when the record says so, and lost when it does not, or cannot be read', async () => {
    const after = async (isRecorded: () => Promise<boolean>) =>
      (await ended([RESET, GONE], { isRecorded })).told[1];

    expect(await after(async () => true)).toBe('recorded');
    expect(await after(async () => false)).toBe('lost');
    expect(await after(() => Promise.reject(RESET))).toBe('lost');
  });

  it('that the server cannot keep is told', async () => {
    await expect(ended([new Error('too large')])).rejects.toThrow('too large');
  });
});
