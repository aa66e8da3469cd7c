import { describe, expect, it } from 'vitest';
import { Unacknowledged } from '../../lib/bullmq/unacknowledged.js';
import type { Submission } from '../../lib/engine/engine.js';
import { EngineUnavailableError } from '../../lib/errors.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

function setUp() {
  const clock = new ManualClock();
  const waiting = new Unacknowledged(clock, 'Redis');
  const refused: string[] = [];
  const add = (id: string, cause: Submission['cause'], dueAt = clock.now()) => {
    const submission = { id, cause, dueAt, task: { name: 'job' }, verdict: { kind: 'run' } };
    waiting.add(submission as never, {
      accepted: () => undefined,
      refused: error => refused.push((error as EngineUnavailableError).message),
    });
  };
  const fail = (error: unknown) => waiting.failed(waiting.first(10), error);
  return { clock, waiting, refused, add, fail };
}

const RESET = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('what the server has not acknowledged', () => {
  it('waits as long as it takes when it is an instant, and 10 s when somebody waits for it', () => {
    const { clock, waiting, refused, add, fail } = setUp();
    add('job@1', 'schedule', 1);
    add('job#a', 'manual');

    fail(RESET);
    const before = [...refused];
    clock.advance(clock.now() + 11_000);
    fail(RESET);

    expect(before).toEqual([]);
    expect(refused).toEqual(['job could not be submitted: Redis is away.']);
    expect([waiting.size, waiting.earliest]).toEqual([1, 1]);
  });

  it('is refused at once, by hand, when it will not work later', () => {
    const { waiting, refused, add, fail } = setUp();
    add('job@1', 'schedule', 1);
    add('job#a', 'manual');

    fail(new Error('syntax error'));

    expect([refused.length, waiting.size]).toEqual([1, 1]);
  });

  it('is the newest 100,000: of those that are dropped it is known from when on', () => {
    const { waiting, refused, add } = setUp();
    for (let i = 1; i <= 100_002; i++) add(`job@${i}`, 'schedule', i);

    expect([waiting.size, waiting.earliest]).toEqual([100_000, 1]);
    expect(refused).toEqual(Array(2).fill('Too many runs wait for Redis.'));
    expect(waiting.first(1)[0]!.submission.id).toBe('job@3');
  });

  it('is what was asked for by hand, too, when that is the oldest: it is no instant that is caught up', () => {
    const { waiting, refused, add } = setUp();
    add('job#a', 'manual', 0);
    for (let i = 1; i <= 100_000; i++) add(`job@${i}`, 'schedule', i);

    expect(waiting.earliest).toBe(1);
    expect(refused).toEqual(['Too many runs wait for Redis.']);
  });
});
