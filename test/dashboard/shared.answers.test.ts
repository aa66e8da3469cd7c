import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedAnswers } from '../../lib/dashboard/shared.answers.js';

let answers: SharedAnswers;
let worked: number;
beforeEach(() => {
  vi.useFakeTimers();
  [answers, worked] = [new SharedAnswers(), 0];
});
afterEach(() => void vi.useRealTimers());

/** Something that takes so long to work out. */
const ask = (tookMs = 0, question = 'schedule') =>
  answers.ask(question, async () => {
    worked++;
    if (tookMs > 0) await new Promise(resolve => setTimeout(resolve, tookMs));
    return worked;
  });

describe('an answer that is shared', () => {
  it('is worked out once for all who ask while it is worked out', async () => {
    const all = Promise.all([ask(500), ask(500), ask(500)]);
    await vi.advanceTimersByTimeAsync(500);

    expect(await all).toEqual([1, 1, 1]);
  });

  it.each([
    ['a second', 0, 1_000],
    ['ten times as long as it took', 200, 2_000],
    ['half a minute at most', 20_000, 30_000],
  ])('is good for %s', async (_long, tookMs, freshMs) => {
    void ask(tookMs);
    await vi.advanceTimersByTimeAsync(tookMs);
    await vi.advanceTimersByTimeAsync(freshMs - 1);
    const before = await ask();
    await vi.advanceTimersByTimeAsync(1);

    expect([before, await ask()]).toEqual([1, 2]);
  });

  it('is worked out again when something has changed, when it failed, and for another question', async () => {
    await ask();
    await ask(0, 'runs');
    answers.forget();
    await ask();
    const failed = answers.ask('down', () => Promise.reject(new Error('down')));
    await expect(failed).rejects.toThrow('down');

    expect(await answers.ask('down', () => Promise.resolve('up'))).toBe('up');
    expect(worked).toBe(3);
  });

  it('is of 50 questions, and the oldest goes first', async () => {
    await ask(0, 'first');
    for (let i = 0; i < 50; i++) await ask(0, `${i}`);

    await ask(0, 'first');

    expect(worked).toBe(52);
  });
});
