import type { LogLevel } from '../run/run.log.js';

/** What is written: a level and all above it, or nothing. */
export type LogThreshold = LogLevel | 'SILENT';

/** Every name of a level: ours, Nest's, and npm's, since other libraries read LOG_LEVEL too. */
type Name = LogThreshold | 'VERBOSE' | 'TRACE' | 'SILLY' | 'LOG' | 'HTTP' | 'NOTICE' | 'WARN' | 'FATAL';

/** The name of a level, in upper or lower case: one of ours, of Nest's, or of npm's. */
export type LogLevelName = Name | Lowercase<Name>;

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
} satisfies Record<Name, LogThreshold>;

/** What `logThreshold` reads, in words. */
export const LOG_LEVEL_NAMES =
  "DEBUG, INFO, WARNING, ERROR, CRITICAL or SILENT, or one of Nest's or npm's level names";

/** The threshold that a text names, in any case and with white space around it; `undefined` when it names none. */
export function logThreshold(text: unknown): LogThreshold | undefined {
  return typeof text === 'string' ? THRESHOLDS[text.trim().toUpperCase()] : undefined;
}
