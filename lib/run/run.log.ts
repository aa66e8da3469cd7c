/** How much a log line matters, from the least; to Nest's Logger they are debug, log, warn, error and fatal. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** A line that a handler wrote with `context.logger`. */
export interface RunLogLine {
  /** Epoch ms. */
  readonly at: number;
  /** From 1. */
  readonly attempt: number;
  readonly level: LogLevel;
  readonly message: string;
}

const MOST_LINES = 100;
const LONGEST_MESSAGE = 1_000;
/** Of all messages of a run together. */
const MOST_TEXT = 10_000;

/** The lines of a run and one more: the newest are kept, and long ones cut. */
export function withLine(lines: readonly RunLogLine[], line: RunLogLine): readonly RunLogLine[] {
  const { message } = line;
  const kept =
    message.length <= LONGEST_MESSAGE ? line : { ...line, message: `${message.slice(0, LONGEST_MESSAGE)}…` };
  const all = [...lines.slice(1 - MOST_LINES), kept];
  let length = all.reduce((sum, { message }) => sum + message.length, 0);
  let first = 0;
  while (length > MOST_TEXT) length -= all[first++]!.message.length;
  return all.slice(first);
}
