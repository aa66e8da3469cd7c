import { describe, expect, it } from 'vitest';
import { InvalidDurationError, InvalidOptionError } from '../../lib/errors.js';
import { jsonFormatter, textFormatter } from '../../lib/log/log.formatter.js';
import { parseLayer, resolvePolicy, type PolicyLayer } from '../../lib/task/task.defaults.js';
import type { TaskDefaults } from '../../lib/task/task.options.js';

const WHERE = 'ReportTasks.send: @Every';

describe('parseLayer', () => {
  it('reads every field', () => {
    const layer = parseLayer(
      { overlap: 'allowAll', timeout: '5m', retry: 3, shutdownGrace: '30s', logFormatter: 'json' },
      WHERE,
    );

    expect(layer).toEqual({
      overlap: 'allowAll',
      timeoutMs: 300_000,
      retry: { retries: 3 },
      shutdownGraceMs: 30_000,
      logFormatter: jsonFormatter,
    });
  });

  it.each([[{}], [{ overlap: undefined, timeout: undefined, retry: undefined }]])(
    'leaves absent fields absent: %o',
    options => {
      const layer = parseLayer(options, WHERE);

      expect(Object.values(layer).every(value => value === undefined)).toBe(true);
    },
  );

  it('accepts a grace of 0: a drain aborts the task at once', () => {
    expect(parseLayer({ shutdownGrace: 0 }, WHERE).shutdownGraceMs).toBe(0);
  });

  it.each<[string, object, abstract new (...args: never[]) => Error, string]>([
    ['an unknown overlap', { overlap: 'queue' }, InvalidOptionError, 'overlap'],
    ['an overlap of null', { overlap: null }, InvalidOptionError, 'overlap'],
    ['an unknown unit', { timeout: '5x' }, InvalidDurationError, 'timeout'],
    ['a timeout of 0', { timeout: 0 }, InvalidOptionError, 'timeout'],
    ['a timeout of 0s', { timeout: '0s' }, InvalidOptionError, 'timeout'],
    ['a negative timeout', { timeout: -1 }, InvalidDurationError, 'timeout'],
    ['a negative number of retries', { retry: -1 }, InvalidOptionError, 'retry'],
    ['a wrong field of retry', { retry: { jitter: 2 } }, InvalidOptionError, 'retry: jitter'],
    ['an unknown misfire policy', { misfire: 'later' }, InvalidOptionError, 'misfire'],
    ['a wrong misfire grace', { misfireGrace: '1x' }, InvalidDurationError, 'misfireGrace'],
    ['a buffer for none', { bufferSize: 0 }, InvalidOptionError, 'bufferSize'],
    ['a wrong grace', { shutdownGrace: 'long' }, InvalidDurationError, 'shutdownGrace'],
    ['an unknown formatter', { logFormatter: 'xml' }, InvalidOptionError, 'logFormatter'],
  ])('refuses %s, by name', (_, options, ErrorClass, field) => {
    const parse = () => parseLayer(options as TaskDefaults, WHERE);

    expect(parse).toThrow(ErrorClass);
    expect(parse).toThrow(expect.objectContaining({ where: `${WHERE}: ${field}` }) as Error);
  });

  it('names the overlap policies that there are', () => {
    expect(() => parseLayer({ overlap: 'queue' as 'skip' }, WHERE)).toThrow(
      "ReportTasks.send: @Every: overlap expects one of skip, bufferOne, bufferAll, cancelOther, allowAll, got 'queue'.",
    );
  });

  it.each([
    ['overlap', { overlap: 'allowall' }, 'allowAll'],
    ['logFormatter', { logFormatter: 'JSON' }, 'json'],
    ['logFormatter', { logFormatter: 'txt' }, 'text'],
  ])('asks whether the nearest %s is meant', (_, options, meant) => {
    expect(() => parseLayer(options as TaskDefaults, WHERE)).toThrow(`Did you mean '${meant}'?`);
  });

  it('says how to have no timeout, to whom gives 0', () => {
    expect(() => parseLayer({ timeout: 0 }, WHERE)).toThrow(
      "expects a duration above 0 such as '5m', got 0. Write 'none' for no timeout.",
    );
  });

  it('takes back the timeout of a weaker layer with none', () => {
    const layers = [parseLayer({ timeout: 'none' }, WHERE), parseLayer({ timeout: '5m' }, WHERE)];

    expect(resolvePolicy(layers).timeoutMs).toBeNull();
  });
});

describe('resolvePolicy', () => {
  it('is what the docs say when nobody says anything', () => {
    expect(resolvePolicy([])).toEqual({
      overlap: 'skip',
      bufferSize: 1_000,
      misfire: 'coalesce',
      misfireGraceMs: 60_000,
      timeoutMs: null,
      retry: {
        retries: 0,
        backoff: 'exponential',
        delayMs: 1_000,
        maxDelayMs: 60_000,
        jitter: 'none',
        retryIf: expect.any(Function) as () => boolean,
      },
      shutdownGraceMs: 10_000,
      logFormatter: textFormatter,
      enhancers: 'auto',
    });
  });

  it('takes each field from the strongest layer that says it', () => {
    const layers: PolicyLayer[] = [
      { timeoutMs: 1 },
      { timeoutMs: 2, overlap: 'allowAll' },
      { timeoutMs: 3, overlap: 'skip', shutdownGraceMs: 3 },
    ];

    expect(resolvePolicy(layers)).toMatchObject({ timeoutMs: 1, overlap: 'allowAll', shutdownGraceMs: 3 });
  });

  it('takes each field of retry from the strongest layer that says it', () => {
    const retryIf = () => false;
    const layers: PolicyLayer[] = [
      { retry: { delayMs: 5 } },
      {},
      { retry: { delayMs: 6, backoff: 'fixed', retryIf } },
      { retry: { retries: 4, delayMs: 7, backoff: 'exponential', maxDelayMs: 7, jitter: 'full' } },
    ];

    expect(resolvePolicy(layers).retry).toEqual({
      retries: 4,
      delayMs: 5,
      backoff: 'fixed',
      maxDelayMs: 7,
      jitter: 'full',
      retryIf,
    });
  });

  it.each<[PolicyLayer]>([
    [{ timeoutMs: undefined, shutdownGraceMs: undefined, retry: undefined }],
    [{ retry: { retries: undefined, delayMs: undefined } }],
  ])('does not let an explicit undefined erase what a weaker layer says: %o', layer => {
    const weaker: PolicyLayer = { timeoutMs: 5, shutdownGraceMs: 6, retry: { retries: 7, delayMs: 8 } };

    expect(resolvePolicy([layer, weaker])).toMatchObject({
      timeoutMs: 5,
      shutdownGraceMs: 6,
      retry: { retries: 7, delayMs: 8 },
    });
  });

  it('lets 0 and none beat what a weaker layer says', () => {
    const layers: PolicyLayer[] = [
      { shutdownGraceMs: 0, retry: { retries: 0, delayMs: 0, jitter: 'none' } },
      { shutdownGraceMs: 5, retry: { retries: 3, delayMs: 5, jitter: 'full' } },
    ];

    const { shutdownGraceMs, retry } = resolvePolicy(layers);

    expect([shutdownGraceMs, retry.retries, retry.delayMs, retry.jitter]).toEqual([0, 0, 0, 'none']);
  });

  it('waits a delay that is longer than the default maxDelay, when nobody says a maxDelay', () => {
    const { delayMs, maxDelayMs } = resolvePolicy([{ retry: { delayMs: 300_000 } }]).retry;

    expect(maxDelayMs).toBeGreaterThanOrEqual(delayMs);
  });

  it('freezes what it resolved of retry', () => {
    expect(resolvePolicy([]).retry).toSatisfy(Object.isFrozen);
  });
});
