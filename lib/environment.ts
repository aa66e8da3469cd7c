import { InvalidEnvironmentError } from './errors.js';
import { LOG_LEVEL_NAMES, logThreshold, type LogThreshold } from './log/log.threshold.js';
import type { Allowance } from './task/allowance.js';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The level that the environment wants; `undefined` when it says nothing.
 *
 * @throws {InvalidEnvironmentError} for a level that is not known.
 */
export function logThresholdIn(environment: Environment): LogThreshold | undefined {
  const variable = firstSet(environment, ['STS_LOG_LEVEL', 'LOG_LEVEL']);
  if (variable === undefined) return undefined;
  const threshold = logThreshold(variable.value);
  if (threshold !== undefined) return threshold;
  throw wrongVariable(variable, LOG_LEVEL_NAMES);
}

/**
 * How many retries the environment wants; `undefined` when it says nothing.
 *
 * @throws {InvalidEnvironmentError} for anything but a whole number, 0 or more.
 */
export function retriesIn(environment: Environment): number | undefined {
  const variable = firstSet(environment, ['STS_RETRIES', 'RETRIES']);
  if (variable === undefined) return undefined;
  if (/^\d{1,15}$/.test(variable.value.trim())) return Number(variable.value);
  throw wrongVariable(variable, 'a whole number of retries, 0 or more');
}

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

/** What `STS_ENABLED` lets run by schedule: nothing, or some tasks by their names; `undefined` = everything. */
export function allowanceIn(environment: Environment): Allowance | undefined {
  const variable = firstSet(environment, ['STS_ENABLED']);
  if (variable === undefined) return undefined;
  const { name: where, value } = variable;
  const word = value.trim().toLowerCase();
  if (YES.includes(word)) return undefined;
  if (NO.includes(word)) return { where, names: [] };
  const names = value.split(',').map(name => name.trim());
  return { where, names: names.filter(name => name !== ''), words: ['true', 'false'] };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function wrongVariable({ name, value }: Variable, expected: string): InvalidEnvironmentError {
  const remedy = name.startsWith('STS_') ? undefined : `Set STS_${name} where ${name} is meant for others.`;
  return new InvalidEnvironmentError({ where: name, expected, got: value, remedy });
}

/** An empty variable is one that is not set, as compose files leave them. */
function firstSet(environment: Environment, names: readonly string[]): Variable | undefined {
  const name = names.find(candidate => environment[candidate]?.trim());
  return name === undefined ? undefined : { name, value: environment[name]! };
}
