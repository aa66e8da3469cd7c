import { inspect } from 'node:util';
import { isClass, suggestion } from '../error.text.js';
import { InvalidOptionError } from '../errors.js';
import { stackOf } from '../run/kept.run.js';
import type { LogRecord } from './log.record.js';

/**
 * Shapes the one argument that the app's logger gets for a record: a text, or an object for loggers that write
 * JSON themselves. `undefined` drops the record.
 */
export type LogFormatter = (record: LogRecord) => string | object | undefined;

/** A formatter by name, as a function, or as an object or class with `format(record)`. */
export type LogFormatterOption =
  'text' | 'json' | LogFormatter | { format: LogFormatter } | (new () => { format: LogFormatter });

/** The message, then `task=ReportTasks.nightly run=… attempt=2 outcome=failure duration=31ms error="…"` */
export const textFormatter: LogFormatter = record =>
  [
    record.message,
    field('task', record.task),
    field('group', record.group),
    field('run', record.run),
    field('attempt', record.attempt),
    field('outcome', record.outcome),
    field('reason', record.reason),
    field('duration', record.durationMs, 'ms'),
    field('retryIn', record.retryInMs, 'ms'),
    field('error', record.error === undefined ? undefined : messageOf(record.error)),
  ]
    .filter(part => part !== '')
    .join(' ');

/** One line of JSON: the record, its instant as ISO 8601, its error as `{ name, message, stack }`. */
export const jsonFormatter: LogFormatter = record =>
  JSON.stringify({ ...record, at: new Date(record.at).toISOString(), error: describeError(record.error) });

/**
 * The formatter that an option names.
 *
 * @throws {InvalidOptionError} for anything else.
 */
export function parseLogFormatter(option: unknown, where: string): LogFormatter {
  if (option === 'text') return textFormatter;
  if (option === 'json') return jsonFormatter;
  if (hasFormat(option)) return record => option.format(record);
  if (typeof option === 'function') {
    if (!hasFormat(option.prototype) && !isClass(option)) return option as LogFormatter;
    const formatter = new (option as new () => { format: LogFormatter })();
    return record => formatter.format(record);
  }
  const expected = "'text', 'json', a function of the record, or a class with format(record)";
  const remedy = typeof option === 'string' ? suggestion(option, ['text', 'json']).trim() : undefined;
  throw new InvalidOptionError({ where, expected, got: option, remedy });
}

function hasFormat(value: unknown): value is { format: LogFormatter } {
  return (
    typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'function'
  );
}

function field(name: string, value: string | number | undefined, unit = ''): string {
  if (value === undefined) return '';
  const text = `${value}${unit}`;
  return `${name}=${/[\s"=]/.test(text) ? JSON.stringify(text) : text}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : inspect(error, { depth: 1, breakLength: Infinity });
}

function describeError(error: unknown): unknown {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return inspect(error);
  return { name: error.name, message: error.message, stack: stackOf(error) };
}
