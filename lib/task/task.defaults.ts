import { suggestion } from '../error.text.js';
import { validOption } from '../errors.js';
import { parseLogFormatter, textFormatter } from '../log/log.formatter.js';
import { DEFAULT_MISFIRE, MISFIRES } from '../policy/misfire.js';
import { OVERLAPS } from '../policy/overlap.js';
import { DEFAULT_RETRY, parseRetry, type RetryPolicy } from '../policy/retry.js';
import { parseDuration } from '../time/duration.js';
import { ENHANCERS } from './enhancers.js';
import type { TaskPolicy } from './task.definition.js';
import { DEFAULT_KEYS, type TaskDefaults } from './task.options.js';

/** What one layer (task, group, module, environment) says about policy; absent fields leave it to the next. */
export type PolicyLayer = Partial<Omit<TaskPolicy, 'retry'>> & { readonly retry?: Partial<RetryPolicy> };

/** What holds when nobody says anything. */
const DEFAULT_POLICY: TaskPolicy = Object.freeze({
  overlap: 'skip',
  bufferSize: 1_000,
  ...DEFAULT_MISFIRE,
  timeoutMs: null,
  retry: DEFAULT_RETRY,
  shutdownGraceMs: 10_000,
  logFormatter: textFormatter,
  enhancers: 'auto',
});

/** A layer that says nothing, as that of most tasks. */
export const EMPTY_LAYER: PolicyLayer = Object.freeze({});

/** Reads one layer; errors say `where`. @returns `EMPTY_LAYER` when it says nothing. */
export function parseLayer(options: TaskDefaults, where: string): PolicyLayer {
  if (DEFAULT_KEYS.every(key => options[key] === undefined)) return EMPTY_LAYER;
  const parsed = <T, P>(key: keyof TaskDefaults, parse: (value: T, where: string) => P): P | undefined => {
    const value = options[key];
    return value === undefined ? undefined : parse(value as T, `${where}: ${key}`);
  };
  return {
    overlap: parsed('overlap', parseOverlap),
    bufferSize: parsed('bufferSize', parseCount),
    misfire: parsed('misfire', parseMisfire),
    misfireGraceMs: parsed('misfireGrace', parseDuration),
    timeoutMs: parsed('timeout', parseTimeout),
    retry: parsed('retry', parseRetry),
    shutdownGraceMs: parsed('shutdownGrace', parseDuration),
    logFormatter: parsed('logFormatter', parseLogFormatter),
    enhancers: parsed('enhancers', parseEnhancers),
  };
}

/** @throws {InvalidOptionError} for anything but a whole number from 1. */
export function parseCount(value: unknown, where: string): number {
  const isCount = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 1;
  return validOption(value, isCount, { where, expected: 'a whole number, 1 or more' });
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
    bufferSize: strongest(all, 'bufferSize'),
    misfire: strongest(all, 'misfire'),
    misfireGraceMs: strongest(all, 'misfireGraceMs'),
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
    enhancers: strongest(all, 'enhancers'),
  };
}

/** The last layer is the default and says everything, so there always is one. */
function strongest<T, K extends keyof T>(layers: readonly T[], key: K): Exclude<T[K], undefined> {
  return layers.find(layer => layer[key] !== undefined)![key] as Exclude<T[K], undefined>;
}

function parseOverlap(value: unknown, where: string): TaskPolicy['overlap'] {
  return oneOf(OVERLAPS, value, where);
}

function parseMisfire(value: unknown, where: string): TaskPolicy['misfire'] {
  return oneOf(MISFIRES, value, where);
}

function parseEnhancers(value: unknown, where: string): TaskPolicy['enhancers'] {
  return oneOf(ENHANCERS, value, where);
}

function oneOf<T extends string>(known: readonly T[], value: unknown, where: string): T {
  const remedy = suggestion(String(value), known).trim();
  const isKnown = (v: unknown) => known.some(name => name === v);
  return validOption<T>(value, isKnown, { where, expected: `one of ${known.join(', ')}`, remedy });
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
