import type { StsEvent } from '../run/run.events.js';
import type { LogLevel } from '../run/run.log.js';
import type { FinishedRun } from '../run/run.js';

/** The level of an event, found without making its record: most events are below the threshold. */
export function levelOf(event: StsEvent): LogLevel {
  switch (event.type) {
    case 'taskAdded':
    case 'taskRemoved':
    case 'runStarted':
    case 'runProgressed':
    case 'runWaiting':
    case 'taskUpdated':
    case 'runLeft':
      return 'DEBUG';
    case 'schedulerStarted':
    case 'schedulerStopped':
    case 'drainStarted':
    case 'drainWaiting':
    case 'maxRunsReached':
    case 'resumed':
    case 'engineRecovered':
      return 'INFO';
    case 'triggerExhausted':
      // A missed instant means that the task never ran.
      return event.lastDueAt === null ? 'WARNING' : 'INFO';
    case 'attemptFailed':
    case 'drainAborting':
    case 'clockSetBack':
    case 'eventLoopBlocked':
    case 'paused':
    case 'shutdownHooksMissing':
    case 'engineWarned':
    case 'runLost':
      return 'WARNING';
    case 'triggerFailed':
    case 'policyFailed':
    case 'storeFailed':
    case 'listenerFailed':
    case 'errorThresholdReached':
    case 'engineFailed':
      return 'ERROR';
    case 'drainFinished':
      return event.abandoned.length > 0 ? 'CRITICAL' : 'INFO';
    case 'runLogged':
      return event.level;
    case 'runSkipped':
    case 'runFinished':
      return levelOfRun(event.run);
  }
}

function levelOfRun({ outcome, attempts }: FinishedRun): LogLevel {
  switch (outcome.kind) {
    case 'success':
      // Who was warned of a retry wants to hear that it helped.
      return attempts.length > 1 ? 'INFO' : 'DEBUG';
    case 'skipped':
      return outcome.reason === 'draining' ? 'DEBUG' : 'WARNING';
    case 'cancelled':
      return 'WARNING';
    case 'failure':
    case 'timeout':
      return 'ERROR';
    case 'abandoned':
      return 'CRITICAL';
  }
}
