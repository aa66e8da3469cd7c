import type { LogLevel } from '../run/run.log.js';

/** What is written: a level and all above it, or nothing. */
export type LogThreshold = LogLevel | 'SILENT';

const RANK: Record<LogThreshold, number> = {
  DEBUG: 0,
  INFO: 1,
  WARNING: 2,
  ERROR: 3,
  CRITICAL: 4,
  SILENT: 5,
};

/** Whether a record of this level is written. */
export function passes(level: LogLevel, threshold: LogThreshold): boolean {
  return RANK[level] >= RANK[threshold];
}

/** The field's names for levels: ours, Nest's, and npm's, since other libraries read LOG_LEVEL too. */
const THRESHOLDS: Readonly<Record<string, LogThreshold>> = {
  DEBUG: 'DEBUG',
  VERBOSE: 'DEBUG',
  TRACE: 'DEBUG',
  SILLY: 'DEBUG',
  INFO: 'INFO',
  LOG: 'INFO',
  HTTP: 'INFO',
  NOTICE: 'INFO',
  WARNING: 'WARNING',
  WARN: 'WARNING',
  ERROR: 'ERROR',
  CRITICAL: 'CRITICAL',
  FATAL: 'CRITICAL',
  SILENT: 'SILENT',
};

/** What `logThreshold` reads, in words. */
export const LOG_LEVEL_NAMES =
  "DEBUG, INFO, WARNING, ERROR or CRITICAL, or one of Nest's or npm's level names";

/** The threshold that a text names, in any case and with white space around it; `undefined` when it names none. */
export function logThreshold(text: unknown): LogThreshold | undefined {
  return typeof text === 'string' ? THRESHOLDS[text.trim().toUpperCase()] : undefined;
}
