import { suggestion } from '../error.text.js';
import { UnsupportedOptionError, validOption } from '../errors.js';
import { parseLogFormatter, textFormatter } from '../log/log.formatter.js';
import { OVERLAPS } from '../policy/overlap.js';
import { DEFAULT_RETRY, parseRetry, type RetryPolicy } from '../policy/retry.js';
import { parseDuration } from '../time/duration.js';
import type { TaskPolicy } from './task.definition.js';
import type { TaskDefaults } from './task.options.js';

/** What one layer (task, group, module, environment) says about policy; absent fields leave it to the next. */
export type PolicyLayer = Partial<Omit<TaskPolicy, 'retry'>> & { readonly retry?: Partial<RetryPolicy> };

/** What holds when nobody says anything. */
const DEFAULT_POLICY: TaskPolicy = Object.freeze({
  overlap: 'skip',
  timeoutMs: null,
  retry: DEFAULT_RETRY,
  shutdownGraceMs: 10_000,
  logFormatter: textFormatter,
});

/** Reads one layer; errors say `where`. */
export function parseLayer(options: TaskDefaults, where: string): PolicyLayer {
  const { overlap, timeout, retry, shutdownGrace, logFormatter } = options;
  return {
    overlap: overlap === undefined ? undefined : parseOverlap(overlap, `${where}: overlap`),
    timeoutMs: timeout === undefined ? undefined : parseTimeout(timeout, `${where}: timeout`),
    retry: retry === undefined ? undefined : parseRetry(retry, `${where}: retry`),
    shutdownGraceMs:
      shutdownGrace === undefined ? undefined : parseDuration(shutdownGrace, `${where}: shutdownGrace`),
    logFormatter:
      logFormatter === undefined ? undefined : parseLogFormatter(logFormatter, `${where}: logFormatter`),
  };
}

/** The policy that follows from layers, the strongest first, field by field. */
export function resolvePolicy(layers: readonly PolicyLayer[]): TaskPolicy {
  const all: readonly PolicyLayer[] = [...layers, DEFAULT_POLICY];
  const retries = all.map(layer => layer.retry ?? {});
  const delayMs = strongest(retries, 'delayMs');
  // Nobody who writes a longer delay means the default to cut it.
  const maxDelayMs = layers.find(layer => layer.retry?.maxDelayMs !== undefined)?.retry?.maxDelayMs;
  return {
    overlap: strongest(all, 'overlap'),
    timeoutMs: strongest(all, 'timeoutMs'),
    retry: Object.freeze({
      retries: strongest(retries, 'retries'),
      backoff: strongest(retries, 'backoff'),
      delayMs,
      maxDelayMs: maxDelayMs ?? Math.max(delayMs, DEFAULT_RETRY.maxDelayMs),
      jitter: strongest(retries, 'jitter'),
      retryIf: strongest(retries, 'retryIf'),
    }),
    shutdownGraceMs: strongest(all, 'shutdownGraceMs'),
    logFormatter: strongest(all, 'logFormatter'),
  };
}

/** The last layer is the default and says everything, so there always is one. */
function strongest<T, K extends keyof T>(layers: readonly T[], key: K): Exclude<T[K], undefined> {
  return layers.find(layer => layer[key] !== undefined)![key] as Exclude<T[K], undefined>;
}

/** The values that a later version brings. */
const RESERVED_OVERLAPS: readonly unknown[] = ['bufferOne', 'bufferAll', 'cancelOther'];

function parseOverlap(value: unknown, where: string) {
  const expected = `one of ${OVERLAPS.join(', ')}`;
  if (RESERVED_OVERLAPS.includes(value)) {
    const notYet = `${expected} and not ${String(value)}, which this version does not support yet`;
    throw new UnsupportedOptionError({ where, expected: notYet, got: value });
  }
  const isValid = (v: unknown) => OVERLAPS.some(overlap => overlap === v);
  const remedy = suggestion(String(value), OVERLAPS).trim();
  return validOption<TaskPolicy['overlap']>(value, isValid, { where, expected, remedy });
}

function parseTimeout(value: NonNullable<TaskDefaults['timeout']>, where: string): number | null {
  if (value === 'none') return null;
  const complaint = {
    where,
    expected: "a duration above 0 such as '5m'",
    remedy: "Write 'none' for no timeout.",
  };
  return validOption<number>(parseDuration(value, where), ms => ms !== 0, complaint);
}
