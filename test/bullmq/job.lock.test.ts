import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { holds, putBack } from '../../lib/bullmq/job.lock.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const GONE = Object.assign(new Error('Missing lock'), { code: -2 });

const LOCKED = { job: { id: '1' } as never, token: 't' };

/** @param answers of the calls in turn: what they throw, or what they say. */
function setUp(answers: (Error | number)[]) {
  const clock = new ManualClock();
  const calls: unknown[][] = [];
  const told: unknown[] = [];
  const call = async (...args: unknown[]) => {
    calls.push(args);
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const backend = { extendLock: call, moveToDelayed: call, closing: undefined as unknown };
  const host = { clock, backend: backend as never, failed: (error: unknown) => told.push(error) };
  return { clock, calls, told, backend, host };
}

describe('a job that was taken long ago', () => {
  it('is held when its lock can be kept', async () => {
    const { host, calls } = setUp([1, 0]);

    expect(await holds(LOCKED, 5_000, host)).toBe(true);
    expect(await holds(LOCKED, 5_000, host)).toBe(false);
    expect(calls[0]).toEqual(['1', 't', 5_000]);
  });

  it('is another process’s when nobody knows, and only the unknown is told', async () => {
    const { host, told } = setUp([GONE, RESET]);

    expect(await holds(LOCKED, 5_000, host)).toBe(false);
    expect(await holds(LOCKED, 5_000, host)).toBe(false);
    expect(told).toEqual([RESET]);
  });
});

describe('a job that is put back', () => {
  const isLost = () => false;

  it('waits until its instant, with its record, counted from the moment that it gets through', async () => {
    const { clock, host, calls, told } = setUp([RESET, 0]);
    const from = clock.now();

    const back = putBack({ ...LOCKED, at: from + 5_000, stacktrace: 'state', isLost }, host);
    await turn();
    clock.advance(from + 1_000);

    expect(await back).toBe(true);
    const options = { skipAttempt: true, fieldsToUpdate: { stacktrace: 'state' } };
    expect(calls).toEqual([
      ['1', from, 5_000, 't', options],
      ['1', from + 1_000, 4_000, 't', options],
    ]);
    expect(told).toEqual([RESET]);
  });

  it('waits for nothing when its instant is over, and has no other record unless it is given one', async () => {
    const { clock, host, calls } = setUp([0]);

    await putBack({ ...LOCKED, at: clock.now() - 1, isLost }, host);

    expect(calls).toEqual([['1', clock.now(), 0, 't', { skipAttempt: true }]]);
  });

  it('is lost when the server says so, or when this process lost it before it got an answer', async () => {
    const { host, told } = setUp([GONE, RESET]);

    expect(await putBack({ ...LOCKED, at: 0, isLost }, host)).toBe(false);
    expect(await putBack({ ...LOCKED, at: 0, isLost: () => true }, host)).toBe(false);
    expect(told).toEqual([]);
  });

  it('is left as it is when the worker closes: its lock ends', async () => {
    const { host, backend, told } = setUp([RESET]);
    backend.closing = Promise.resolve();

    expect(await putBack({ ...LOCKED, at: 0, isLost }, host)).toBe(true);
    expect(told).toEqual([]);
  });
});
