import { show } from '../error.text.js';
import { InvalidOptionError, validOption } from '../errors.js';
import { refuseNonObject, refuseUnknownKeys } from '../option.keys.js';
import { parseErrorThreshold } from '../policy/error.threshold.js';
import { parseDuration } from '../time/duration.js';
import { parseCount } from './task.defaults.js';
import type { TaskDefinition } from './task.definition.js';
import type { TaskOptions } from './task.options.js';

/** Where an option is written, for messages. */
export type WhereOf = (key: keyof TaskOptions) => string;

/** Reads what only the task itself can say. @throws {ConfigurationError} that names the option. */
export function parseOwn(options: TaskOptions, whereOf: WhereOf) {
  const read = <Key extends keyof TaskOptions, T, None>(
    key: Key,
    parse: (value: NonNullable<TaskOptions[Key]>, where: string) => T,
    none: None,
  ): T | None => {
    const value = options[key];
    return value === undefined ? none : parse(value as NonNullable<TaskOptions[Key]>, whereOf(key));
  };
  return {
    payload: read('payload', parsePayload, null),
    enabled: read('enabled', parseEnabled, true),
    concurrency: read('concurrency', parseCount, null),
    priority: read('priority', parseNumber, 0),
    errorThreshold: read('errorThreshold', parseErrorThreshold, null),
    maxRuns: read('maxRuns', parseCount, null),
    catchUpMs: read('catchUp', parseDuration, null),
    onCrash: read('onCrash', parseOnCrash, 'rerun'),
    runOnStartMs: read('runOnStart', parseRunOnStart, null),
    heartbeat: read('heartbeat', parseHeartbeat, null),
  };
}

/** @throws {InvalidOptionError} for anything but a finite number. */
export function parseNumber(value: unknown, where: string): number {
  return validOption(value, n => Number.isFinite(n), { where, expected: 'a finite number' });
}

function parseEnabled(value: unknown, where: string): TaskDefinition['enabled'] {
  const isValid = (v: unknown) => typeof v === 'boolean' || typeof v === 'function';
  return validOption(value, isValid, { where, expected: 'true, false, or a function that answers so' });
}

function parseOnCrash(value: 'rerun' | 'fail', where: string): 'rerun' | 'fail' {
  const isKnown = (v: unknown) => v === 'rerun' || v === 'fail';
  return validOption(value, isKnown, { where, expected: "'rerun' or 'fail'" });
}

function parseRunOnStart(value: NonNullable<TaskOptions['runOnStart']>, where: string): number | null {
  if (typeof value === 'boolean') return value ? 0 : null;
  try {
    return parseDuration(value, where);
  } catch {
    const expected = "true, false, or how long after the start, such as '5s'";
    throw new InvalidOptionError({ where, expected, got: value });
  }
}

function parseHeartbeat(heartbeat: { readonly url: string }, where: string): { readonly url: string } {
  const remedy = typeof heartbeat === 'string' ? `Write { url: ${show(heartbeat)} }.` : undefined;
  refuseNonObject(heartbeat, where, remedy);
  refuseUnknownKeys(heartbeat, ['url'], where);
  const isAddress = (url: unknown) => URL.canParse(String(url)) && /^https?:/.test(String(url));
  const url = validOption<string>(heartbeat.url, isAddress, {
    where: `${where}.url`,
    expected: "the address of a check, such as 'https://hc-ping.com/<uuid>'",
  });
  return Object.freeze({ url });
}

function parsePayload(schema: NonNullable<TaskOptions['payload']>, where: string) {
  const isValid = (s: unknown) => typeof (s as typeof schema)?.['~standard']?.validate === 'function';
  return validOption<typeof schema>(schema, isValid, {
    where,
    expected: 'a Standard Schema, as zod and valibot make them',
  });
}
