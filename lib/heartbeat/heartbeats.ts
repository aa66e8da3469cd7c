import { errorOf } from '../run/failure.js';
import { keptError } from '../run/kept.run.js';
import type { Outcome } from '../run/outcome.js';
import type { StsEvent } from '../run/run.events.js';
import type { FinishedRun, Run } from '../run/run.js';
import type { Ping, Signal } from './ping.js';

/** A check keeps 100 kB at most; this much says what failed. */
const LONGEST_BODY = 10_000;
/** With an engine that processes share, another one may end what has begun here. */
const MOST_OPEN = 10_000;

/** What happens, as the checks of tasks are to hear it. */
export class Heartbeats {
  readonly #urlOf: (taskName: string) => string | undefined;
  /** Who was told of the start of a run, by its id: its task may be gone, or have another check, when it ends. */
  readonly #told = new Map<string, string>();

  constructor(urlOf: (taskName: string) => string | undefined) {
    this.#urlOf = urlOf;
  }

  /** `undefined` = nobody hears of it. */
  pingOf(event: StsEvent): Ping | undefined {
    if (event.type === 'runStarted') return this.#start(event.run);
    if (event.type === 'runFinished') return this.#end(event.run);
    if (event.type === 'runLost') this.#told.delete(event.run.id);
    return undefined;
  }

  #start(run: Run): Ping | undefined {
    const url = this.#urlOf(run.taskName);
    if (url === undefined) return undefined;
    if (this.#told.size >= MOST_OPEN) this.#told.delete(this.#told.keys().next().value!);
    this.#told.set(run.id, url);
    return ping(run, url, 'start');
  }

  #end(run: FinishedRun): Ping | undefined {
    const url = this.#told.get(run.id) ?? this.#urlOf(run.taskName);
    this.#told.delete(run.id);
    // A run that never started has told nobody of a start.
    if (url === undefined || run.startedAt === null) return undefined;
    const isSuccess = run.outcome.kind === 'success';
    return { ...ping(run, url, isSuccess ? 'success' : 'fail'), body: isSuccess ? '' : bodyOf(run) };
  }
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
