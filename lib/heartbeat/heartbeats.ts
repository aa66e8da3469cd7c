import { errorOf } from '../run/failure.js';
import { keptError } from '../run/kept.run.js';
import type { Outcome } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import type { Ping, Signal } from './ping.js';

/** A check keeps 100 kB at most; this much says what failed. */
const LONGEST_BODY = 10_000;

/** What an event says to the check of its task; `undefined` = nothing. */
export function pingOf(event: StsEvent, urlOf: (taskName: string) => string | undefined): Ping | undefined {
  if (event.type !== 'runStarted' && event.type !== 'runFinished') return undefined;
  const { run } = event;
  const url = urlOf(run.taskName);
  // A run that never started has told nobody of a start.
  if (url === undefined || run.startedAt === null) return undefined;
  return event.type === 'runStarted' ? ping(run, url, 'start') : endOf(event.run, url);
}

function endOf(run: FinishedRun, url: string): Ping {
  const isSuccess = run.outcome.kind === 'success';
  return { ...ping(run, url, isSuccess ? 'success' : 'fail'), body: isSuccess ? '' : bodyOf(run) };
}

function ping({ taskName, id }: Run, url: string, signal: Signal): Ping {
  return { taskName, url, signal, runId: id, body: '' };
}

function bodyOf({ id, taskName, attempts, outcome }: FinishedRun): string {
  const tries = attempts.length > 1 ? ` after ${attempts.length} attempts` : '';
  const text = `${id}: ${outcome.kind}${tries}\n${whyOf(outcome, taskName)}`;
  return text.length <= LONGEST_BODY ? text : `${text.slice(0, LONGEST_BODY - 1)}…`;
}

function whyOf(outcome: Outcome, taskName: string): string {
  if (outcome.kind === 'cancelled') return outcome.reason;
  // What was not cancelled and had no success has failed.
  const { error } = errorOf(outcome, taskName)!;
  const { name, message, stack } = keptError(error);
  return stack === '' ? `${name}: ${message}` : stack;
}
