import { inspect } from 'node:util';
import type { Outcome } from './outcome.js';
import type { Attempt, Run } from './run.js';

/** An error as it is kept: whatever else hung on it, such as a whole HTTP response, is not. */
export interface KeptError {
  readonly name: string;
  readonly message: string;
  /** The stack, followed by those of the causes. */
  readonly stack: string;
}

const LONGEST_TEXT = 10_000;
const MOST_CAUSES = 5;

/** A run as history keeps it: without results, which may be of any size, and with each error as a `KeptError`. */
export function keptRun(run: Run): Run {
  if (isPlain(run.outcome) && run.attempts.every(({ outcome }) => isPlain(outcome))) return run;
  return {
    ...run,
    outcome: run.outcome && keptOutcome(run.outcome),
    attempts: run.attempts.map(keptAttempt),
  };
}

/** Whether there is nothing to leave out: so it is with most runs. */
function isPlain(outcome: Outcome | null): boolean {
  return (
    outcome === null || ((outcome as { result?: unknown }).result === undefined && !('error' in outcome))
  );
}

function keptAttempt(attempt: Attempt): Attempt {
  return { ...attempt, outcome: keptOutcome(attempt.outcome) };
}

function keptOutcome<O extends Outcome>(outcome: O): O {
  if (isPlain(outcome)) return outcome;
  if ('error' in outcome) return { ...outcome, error: keptError(outcome.error) };
  return { ...outcome, result: undefined };
}

/** What is kept of something that was thrown. */
export function keptError(error: unknown): KeptError {
  if (isKept(error)) return error;
  try {
    if (!(error instanceof Error)) return { name: typeof error, message: cut(shown(error)), stack: '' };
    return { name: error.name, message: cut(error.message), stack: cut(stackOf(error)) };
  } catch {
    // Its own getters throw: that much can be said of it.
    return { name: 'Error', message: 'an error that cannot be read', stack: '' };
  }
}

/** Whether it was read from a history. */
function isKept(error: unknown): error is KeptError {
  if (typeof error !== 'object' || error === null) return false;
  if (Object.getPrototypeOf(error) !== Object.prototype) return false;
  const { name, message, stack, ...rest } = error as Record<string, unknown>;
  const isText = [name, message, stack].every(text => typeof text === 'string');
  return isText && Object.keys(rest).length === 0;
}

/** The stack of an error, followed by those of its causes. */
export function stackOf(error: Error): string {
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < MOST_CAUSES; at = at.cause) {
    stacks.push(at.stack ?? `${at.name}: ${at.message}`);
  }
  return stacks.join('\nCaused by: ');
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? value
    : inspect(value, { depth: 2, maxArrayLength: 20, maxStringLength: 1_000 });
}

function cut(text: unknown): string {
  const whole = String(text);
  return whole.length <= LONGEST_TEXT ? whole : `${whole.slice(0, LONGEST_TEXT)}…`;
}
