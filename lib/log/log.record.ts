import type { StsEvent, Unsettled } from '../run/run.events.js';
import type { LogLevel } from '../run/run.log.js';
import type { Outcome } from '../run/outcome.js';
import type { Attempt, FinishedRun, Run } from '../run/run.js';
import type { Scope } from '../run/scope.js';

/** One thing that happened, as it goes to the log. Fields that do not apply are absent. */
export interface LogRecord {
  /** Epoch ms. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: StsEvent['type'];
  /** The fact in words. */
  readonly message: string;
  readonly task?: string;
  readonly group?: string;
  readonly run?: string;
  readonly cause?: string;
  /** From 1. */
  readonly attempt?: number;
  readonly outcome?: Outcome['kind'];
  /** Why a run was skipped, cancelled or abandoned. */
  readonly reason?: string;
  /** How long the attempt or the run took, in ms. */
  readonly durationMs?: number;
  /** How long after its due instant the run started, in ms. */
  readonly latenessMs?: number;
  /** How long until the next attempt, in ms. */
  readonly retryInMs?: number;
  readonly error?: unknown;
}

/** The record of an event, at the level at which it is written. */
export function recordOf(event: StsEvent, level: LogLevel): LogRecord {
  const record = { at: event.at, level, event: event.type, ...fieldsOfEvent(event) };
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as unknown as LogRecord;
}

function fieldsOfEvent(event: StsEvent): Omit<LogRecord, 'at' | 'level' | 'event'> {
  switch (event.type) {
    case 'taskAdded':
      return {
        task: event.taskName,
        message: `added: ${event.triggers.join(', ') || 'by hand only'}`,
      };
    case 'taskUpdated':
      return { task: event.taskName, message: `updated: ${event.triggers.join(', ') || 'by hand only'}` };
    case 'maxRunsReached':
      return { task: event.taskName, message: `has had its ${count(event.maxRuns, 'run')}, never due again` };
    case 'paused': {
      const until =
        event.until === null ? '' : `, one run may try from ${new Date(event.until).toISOString()}`;
      return { ...fieldsOfScope(event.scope), reason: event.reason, message: `paused${until}` };
    }
    case 'resumed':
      return { ...fieldsOfScope(event.scope), reason: event.reason, message: 'resumed' };
    case 'errorThresholdReached':
      return {
        ...fieldsOfScope(event.scope),
        message: `${count(event.failures, 'failure')} with no success between`,
      };
    case 'runWaiting': {
      return { ...fieldsOf(event.run), message: `waits for ${WAITS[event.waitsFor]}` };
    }
    case 'runLeft':
      return { ...fieldsOf(event.run), message: 'waited, and is left to the next start' };
    case 'taskRemoved':
      return { task: event.taskName, message: 'removed' };
    case 'triggerExhausted':
      return {
        task: event.taskName,
        message: `${event.lastDueAt === null ? 'was over before the start' : 'due for the last time'}: ${event.trigger}`,
      };
    case 'triggerFailed':
      return {
        task: event.taskName,
        error: event.error,
        message: `never due again: ${event.trigger} failed`,
      };
    case 'policyFailed':
      return {
        task: event.taskName,
        error: event.error,
        message: POLICY_FAILED[event.policy],
      };
    case 'schedulerStarted':
      return { message: `Started with ${count(event.tasks, 'task')}, ${nextDue(event.nextAt)}` };
    case 'schedulerStopped':
      return { message: 'Stopped' };
    case 'shutdownHooksMissing': {
      const remedy = 'call app.enableShutdownHooks() so that runs end in order';
      return { message: `Nothing listens to SIGTERM, so it will cut runs off: ${remedy}` };
    }
    case 'runSkipped':
    case 'runFinished':
      return { ...fieldsOfFinished(event.run), message: ended(event.run.outcome) };
    case 'runStarted':
      return { ...fieldsOf(event.run), attempt: 1, message: 'started' };
    case 'attemptFailed':
      return {
        ...fieldsOf(event.run),
        ...fieldsOfAttempt(event.attempt),
        retryInMs: event.retryAt - event.at,
        message: `${ended(event.attempt.outcome)}, will be retried`,
      };
    case 'runLogged':
      return {
        task: event.taskName,
        run: event.runId,
        attempt: event.attempt,
        message: event.message,
      };
    case 'runProgressed': {
      const message = `${Math.round(event.fraction * 100)} %${event.message === null ? '' : ` ${event.message}`}`;
      return { task: event.taskName, run: event.runId, message };
    }
    case 'clockSetBack':
      return { message: `The clock was set back by ${event.byMs}ms: frequent tasks go on, the others wait` };
    case 'eventLoopBlocked':
      return event.taskName === null
        ? { durationMs: event.byMs, message: `The event loop was blocked${blockedBy(event.running)}` }
        : { durationMs: event.byMs, task: event.taskName, message: 'blocked the event loop' };
    case 'drainStarted':
      return { message: `Draining, ${count(event.running.length, 'run')} going on` };
    case 'drainWaiting':
      return {
        task: event.taskName,
        run: event.runId,
        message: `waiting at most ${event.graceMs}ms`,
      };
    case 'drainAborting':
      return { task: event.taskName, run: event.runId, message: 'aborting, its grace is over' };
    case 'drainFinished':
      return { durationMs: event.tookMs, message: drained(event.abandoned, event.unsettled) };
    case 'runLost': {
      const message = 'lost: this process was cut off too long, and another one runs it again';
      return { ...fieldsOf(event.run), message };
    }
    case 'engineFailed':
      return { error: event.error, message: 'The server of the engine does not work: runs wait for it' };
    case 'engineRecovered':
      return { message: 'The server of the engine works again' };
    case 'engineWarned':
      return { message: event.message };
    case 'listenerFailed':
      return { error: event.error, message: LISTENER_FAILED[event.listener] };
    case 'storeFailed':
      return { error: event.error, message: 'The run store failed, history has a gap' };
  }
}

function blockedBy(running: readonly string[]): string {
  return running.length === 0 ? ', by no single handler of a task' : `, at work were ${running.join(', ')}`;
}

const LISTENER_FAILED = {
  subscriber: 'A subscriber of events$ failed',
  onError: 'onError of StsModule failed',
};

const POLICY_FAILED = {
  retry: 'its retry options threw: no other attempt follows',
  enabled: 'its enabled threw: it runs',
  exclude: 'its exclude threw: it runs',
} as const;

const WAITS = { jitter: 'its jitter', overlap: 'an earlier run', limit: 'a limit' } as const;

function fieldsOfScope(scope: Scope) {
  return 'task' in scope ? { task: scope.task } : { group: scope.group };
}

function fieldsOf(run: Run) {
  const latenessMs = run.startedAt === null ? undefined : run.startedAt - run.dueAt;
  return { task: run.taskName, run: run.id, cause: run.cause, latenessMs };
}

function fieldsOfFinished(run: FinishedRun) {
  const attempt = run.attempts.at(-1)?.number;
  const { startedAt, outcome } = run;
  // When it ended a crash leaves unknown: it was found at the next start.
  const isKnown = startedAt !== null && !(outcome.kind === 'abandoned' && outcome.reason === 'crash');
  const durationMs = isKnown ? run.endedAt - startedAt : undefined;
  return { ...fieldsOf(run), attempt, ...fieldsOfOutcome(run.outcome), durationMs };
}

function fieldsOfAttempt(attempt: Attempt) {
  const durationMs = attempt.endedAt - attempt.startedAt;
  return { attempt: attempt.number, ...fieldsOfOutcome(attempt.outcome), durationMs };
}

function fieldsOfOutcome(outcome: Outcome) {
  return {
    outcome: outcome.kind,
    reason: 'reason' in outcome ? outcome.reason : undefined,
    error: 'error' in outcome ? outcome.error : undefined,
  };
}

/** How a run or an attempt ended, in words. */
function ended(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'success':
      return 'finished';
    case 'failure':
      return 'failed';
    case 'timeout':
      return 'timed out';
    case 'skipped':
      return outcome.count === 1 ? 'skipped' : `skipped ${outcome.count} instants`;
    case 'cancelled':
    case 'abandoned':
      return outcome.kind;
  }
}

function nextDue(nextAt: number | null): string {
  return nextAt === null ? 'nothing is due' : `the next is due at ${new Date(nextAt).toISOString()}`;
}

function drained(abandoned: readonly string[], unsettled: readonly Unsettled[]): string {
  if (abandoned.length === 0 && unsettled.length === 0) return 'Drained, nothing abandoned';
  const left =
    unsettled.length > 0 ? `, handlers still running: ${unsettled.map(handlersOf).join(', ')}` : '';
  return `Drained, ${abandoned.length} abandoned${abandoned.length > 0 ? `: ${abandoned.join(', ')}` : ''}${left}`;
}

function handlersOf({ taskName, handlers }: Unsettled): string {
  return handlers === 1 ? taskName : `${taskName} ×${handlers}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
