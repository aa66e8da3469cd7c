import type { LogLevel } from '../run/run.log.js';
import type { TaskLogger } from './task.context.js';

/** The method of a logger that writes at a level. */
export const METHOD_OF = {
  DEBUG: 'debug',
  INFO: 'log',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal',
} as const satisfies Record<LogLevel, keyof TaskLogger>;

/** A logger of which each method writes at its level. Whoever is not held to a text by types may log anything. */
export function loggerThat(write: (level: LogLevel, text: unknown) => void): TaskLogger {
  return {
    debug: text => write('DEBUG', text),
    log: text => write('INFO', text),
    warn: text => write('WARNING', text),
    error: text => write('ERROR', text),
    fatal: text => write('CRITICAL', text),
  };
}

/** @throws {RangeError} for what is no fraction from 0 to 1. */
export function refuseNoFraction(fraction: number, taskName: string): void {
  if (fraction >= 0 && fraction <= 1) return;
  throw new RangeError(`${taskName}: progress() expects a fraction from 0 to 1, got ${fraction}.`);
}
