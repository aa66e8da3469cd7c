import { describe, expect, it, vi } from 'vitest';
import { InvalidDurationError, InvalidOptionError, RunTimeoutError } from '../../lib/errors.js';
import { DEFAULT_RETRY, nextDelay, parseRetry, type RetryOptions } from '../../lib/policy/retry.js';
import type { AttemptOutcome } from '../../lib/run/outcome.js';

const error = new Error('refused');
const failure: AttemptOutcome = { kind: 'failure', error };
const failed = (number: number, outcome: AttemptOutcome = failure) => ({
  taskName: 'ReportTasks.send',
  number,
  outcome,
});

describe('nextDelay', () => {
  it('lets as many attempts follow the first as there are retries', () => {
    const policy = { ...DEFAULT_RETRY, retries: 3 };

    const delays = [1, 2, 3, 4, 5].map(number => nextDelay(policy, failed(number), () => 0));

    expect(delays).toEqual([1_000, 2_000, 4_000, null, null]);
  });

  it('lets none follow by default', () => {
    expect(nextDelay(DEFAULT_RETRY, failed(1), () => 0)).toBeNull();
  });

  it.each<[AttemptOutcome, number | null]>([
    [failure, 1_000],
    [{ kind: 'failure', error: undefined }, 1_000],
    [{ kind: 'timeout', timeoutMs: 5_000 }, 1_000],
    [{ kind: 'success' }, null],
    [{ kind: 'cancelled', reason: 'drain' }, null],
    [{ kind: 'abandoned', reason: 'drain' }, null],
  ])('after %o is %o', (outcome, delay) => {
    expect(nextDelay({ ...DEFAULT_RETRY, retries: 1 }, failed(1, outcome), () => 0)).toBe(delay);
  });

  it('asks retryIf, with what was thrown and the number of the attempt', () => {
    const retryIf = vi.fn(() => true);

    nextDelay({ ...DEFAULT_RETRY, retries: 5, retryIf }, failed(2), () => 0);

    expect(retryIf).toHaveBeenCalledExactlyOnceWith(error, 2);
  });

  it('shows a timeout to retryIf and to the backoff as a RunTimeoutError', () => {
    const seen: unknown[] = [];
    const retryIf = (e: unknown) => seen.push(e) > 0;
    const backoff = (_: number, e: unknown) => seen.push(e);

    nextDelay(
      { ...DEFAULT_RETRY, retries: 1, retryIf, backoff },
      failed(1, { kind: 'timeout', timeoutMs: 5 }),
      () => 0,
    );

    expect(seen).toEqual([
      expect.any(RunTimeoutError) as Error,
      expect.objectContaining({ taskName: 'ReportTasks.send', timeoutMs: 5 }) as Error,
    ]);
  });

  it('lets none follow when retryIf says no, and asks no backoff then', () => {
    const backoff = vi.fn(() => 1);

    const delay = nextDelay(
      { ...DEFAULT_RETRY, retries: 1, retryIf: () => false, backoff },
      failed(1),
      () => 0,
    );

    expect(delay).toBeNull();
    expect(backoff).not.toHaveBeenCalled();
  });

  it('does not ask retryIf when no retry is left', () => {
    const retryIf = vi.fn(() => true);

    nextDelay({ ...DEFAULT_RETRY, retries: 1, retryIf }, failed(2), () => 0);

    expect(retryIf).not.toHaveBeenCalled();
  });

  it('lets through what retryIf throws, which the engine records', () => {
    const bug = new TypeError('undefined is not a function');
    const retryIf = () => {
      throw bug;
    };

    expect(() => nextDelay({ ...DEFAULT_RETRY, retries: 1, retryIf }, failed(1), () => 0)).toThrow(bug);
  });
});

describe('DEFAULT_RETRY', () => {
  it('is what the docs say, and frozen', () => {
    const { retryIf, ...fields } = DEFAULT_RETRY;

    expect(fields).toEqual({
      retries: 0,
      backoff: 'exponential',
      delayMs: 1_000,
      maxDelayMs: 60_000,
      jitter: 'none',
    });
    expect(retryIf(error, 1)).toBe(true);
    expect(DEFAULT_RETRY).toSatisfy(Object.isFrozen);
  });
});

describe('parseRetry', () => {
  const backoff = () => 5;
  const retryIf = () => false;

  it('reads a number as retries, and leaves the rest to the next layer', () => {
    expect(parseRetry(3, 'x')).toEqual({ retries: 3 });
  });

  it('reads every field', () => {
    const options = { retries: 3, backoff, delay: '2s', maxDelay: '5m', jitter: 'full', retryIf } as const;

    expect(parseRetry(options, 'x')).toEqual({
      retries: 3,
      backoff,
      delayMs: 2_000,
      maxDelayMs: 300_000,
      jitter: 'full',
      retryIf,
    });
  });

  it('leaves absent fields absent, so that a weaker layer may say them', () => {
    const read = parseRetry({ delay: undefined }, 'x');

    expect(Object.values(read)).toEqual(Object.values(read).map(() => undefined));
  });

  it.each<[RetryOptions]>([
    [{ retries: 0 }],
    [{ retries: Number.MAX_SAFE_INTEGER }],
    [{ backoff: 'fixed' }],
    [{ backoff: 'exponential' }],
    [{ delay: 0 }],
    [{ maxDelay: 0 }],
    [{ jitter: 'none' }],
    [{ jitter: 0 }],
    [{ jitter: 0.5 }],
    [{ jitter: 1 }],
  ])('accepts %o', options => {
    expect(() => parseRetry(options, 'x')).not.toThrow();
  });

  it.each([
    ['retries', -1],
    ['retries', 1.5],
    ['retries', NaN],
    ['retries', Infinity],
    ['retries', 2 ** 53],
    ['retries', '3'],
    ['retries', null],
    ['backoff', 'linear'],
    ['backoff', 2],
    ['backoff', null],
    ['jitter', 'half'],
    ['jitter', -0.1],
    ['jitter', 1.1],
    ['jitter', NaN],
    ['jitter', '0.5'],
    ['retryIf', true],
    ['retryIf', null],
    ['retryIf', [Error]],
  ])('refuses %s: %o, by name', (field, value) => {
    const parse = () => parseRetry({ [field]: value }, 'ReportTasks.send: @Retry');

    expect(parse).toThrow(InvalidOptionError);
    expect(parse).toThrow(
      expect.objectContaining({ where: `ReportTasks.send: @Retry: ${field}`, got: value }) as Error,
    );
  });

  it.each([
    ['delay', '10x'],
    ['delay', -1],
    ['maxDelay', '1 m'],
    ['maxDelay', null],
  ])('refuses %s: %o, by name', (field, value) => {
    const parse = () => parseRetry({ [field]: value }, 'ReportTasks.send: @Retry');

    expect(parse).toThrow(InvalidDurationError);
    expect(parse).toThrow(
      expect.objectContaining({ where: `ReportTasks.send: @Retry: ${field}`, got: value }) as Error,
    );
  });

  it.each([[-1], [1.5], [NaN]])('refuses %d retries', retries => {
    expect(() => parseRetry(retries, 'ReportTasks.send: @Every: retry')).toThrow(
      'ReportTasks.send: @Every: retry expects a whole number of retries, 0 or more, got',
    );
  });

  it('refuses an unknown field and asks whether the nearest is meant', () => {
    expect(() => parseRetry({ maxDelya: 1 } as RetryOptions, 'x')).toThrow(
      "x expects known options only, got 'maxDelya'. Did you mean 'maxDelay'?",
    );
  });

  it.each([['3'], [null], [true], [[3]]])('refuses %o and says that a number of retries will do', option => {
    const parse = () => parseRetry(option as unknown as number, 'x');

    expect(parse).toThrow(InvalidOptionError);
    expect(parse).toThrow(/^x expects a number of retries/);
  });

  it('refuses a delay that is longer than maxDelay, which would cut it silently', () => {
    const parse = () => parseRetry({ delay: '5m', maxDelay: '1m' }, 'x');

    expect(parse).toThrow(InvalidOptionError);
  });
});
