import { describe, expect, it } from 'vitest';
import { levelOf } from '../../lib/log/log.level.js';
import { recordOf, type LogRecord } from '../../lib/log/log.record.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { LogLevel } from '../../lib/run/run.log.js';
import type { Outcome } from '../../lib/run/outcome.js';
import { finishedRun, NEW_YEAR, runningRun, skipped, skippedRun } from '../run/sample.run.js';

const at = NEW_YEAR + 1_000;
const taskName = 'ReportTasks.send';
const runId = 'ReportTasks.send@1';
const error = new Error('refused');
const failedAttempt = {
  number: 2,
  startedAt: NEW_YEAR + 10,
  endedAt: NEW_YEAR + 41,
  outcome: { kind: 'failure', error },
} as const;

/** Does not compile when an event is added or removed, as a reminder to say here what it logs. */
const EVENT_TYPES: Record<StsEvent['type'], true> = {
  taskAdded: true,
  taskRemoved: true,
  taskUpdated: true,
  maxRunsReached: true,
  paused: true,
  resumed: true,
  errorThresholdReached: true,
  runWaiting: true,
  runLeft: true,
  triggerExhausted: true,
  triggerFailed: true,
  policyFailed: true,
  schedulerStarted: true,
  schedulerStopped: true,
  shutdownHooksMissing: true,
  runSkipped: true,
  runStarted: true,
  attemptFailed: true,
  runFinished: true,
  runLogged: true,
  runProgressed: true,
  clockSetBack: true,
  eventLoopBlocked: true,
  drainStarted: true,
  drainWaiting: true,
  drainAborting: true,
  drainFinished: true,
  runLost: true,
  engineFailed: true,
  engineRecovered: true,
  engineWarned: true,
  listenerFailed: true,
  storeFailed: true,
};

/** Each event with the record that it makes, `at` and `event` aside. */
const cases: [string, StsEvent, Partial<LogRecord>][] = [
  [
    'a task',
    { type: 'taskAdded', at, taskName, triggers: ['every 10s', 'cron 0 0 * * * (UTC)'] },
    { level: 'DEBUG', task: taskName, message: 'added: every 10s, cron 0 0 * * * (UTC)' },
  ],
  [
    'a task without a trigger',
    { type: 'taskAdded', at, taskName, triggers: [] },
    { level: 'DEBUG', task: taskName, message: 'added: by hand only' },
  ],
  [
    'a task that was updated',
    { type: 'taskUpdated', at, taskName, triggers: ['every 1m'] },
    { level: 'DEBUG', task: taskName, message: 'updated: every 1m' },
  ],
  [
    'a task that has had its runs',
    { type: 'maxRunsReached', at, taskName, maxRuns: 3 },
    { level: 'INFO', task: taskName, message: 'has had its 3 runs, never due again' },
  ],
  [
    'a pause',
    { type: 'paused', at, scope: { group: 'reports' }, reason: 'by hand', until: null },
    { level: 'WARNING', group: 'reports', reason: 'by hand', message: 'paused' },
  ],
  [
    'a pause that may end',
    { type: 'paused', at, scope: { task: taskName }, reason: '3 failures in a row', until: NEW_YEAR },
    {
      level: 'WARNING',
      task: taskName,
      reason: '3 failures in a row',
      message: 'paused, one run may try from 2026-01-01T00:00:00.000Z',
    },
  ],
  [
    'the end of a pause',
    { type: 'resumed', at, scope: { task: taskName }, reason: 'by hand' },
    { level: 'INFO', task: taskName, reason: 'by hand', message: 'resumed' },
  ],
  [
    'an error threshold',
    { type: 'errorThresholdReached', at, scope: { task: taskName }, failures: 3 },
    { level: 'ERROR', task: taskName, message: '3 failures with no success between' },
  ],
  [
    'a run that waits for another',
    { type: 'runWaiting', at, run: runningRun({ startedAt: null }), waitsFor: 'overlap' },
    { level: 'DEBUG', task: taskName, run: runId, cause: 'schedule', message: 'waits for an earlier run' },
  ],
  [
    'a run that waits for a limit',
    { type: 'runWaiting', at, run: runningRun({ startedAt: null }), waitsFor: 'limit' },
    { level: 'DEBUG', task: taskName, run: runId, cause: 'schedule', message: 'waits for a limit' },
  ],
  [
    'a run that is left to the next start',
    { type: 'runLeft', at, run: runningRun({ startedAt: null }) },
    {
      level: 'DEBUG',
      task: taskName,
      run: runId,
      cause: 'schedule',
      message: 'waited, and is left to the next start',
    },
  ],
  [
    'a task that goes',
    { type: 'taskRemoved', at, taskName },
    { level: 'DEBUG', task: taskName, message: 'removed' },
  ],
  [
    'a trigger that was over before the start',
    { type: 'triggerExhausted', at, taskName, trigger: 'at 2026-01-01T00:00:00.000Z', lastDueAt: null },
    {
      level: 'WARNING',
      task: taskName,
      message: 'was over before the start: at 2026-01-01T00:00:00.000Z',
    },
  ],
  [
    'a trigger that is over',
    { type: 'triggerExhausted', at, taskName, trigger: 'at 2026-01-01T00:00:00.000Z', lastDueAt: NEW_YEAR },
    { level: 'INFO', task: taskName, message: 'due for the last time: at 2026-01-01T00:00:00.000Z' },
  ],
  [
    'a trigger that threw',
    { type: 'triggerFailed', at, taskName, trigger: 'full moon', error },
    { level: 'ERROR', task: taskName, error, message: 'never due again: full moon failed' },
  ],
  [
    'a policy that threw',
    { type: 'policyFailed', at, taskName, policy: 'retry', error },
    { level: 'ERROR', task: taskName, error, message: 'its retry options threw: no other attempt follows' },
  ],
  [
    'the start',
    { type: 'schedulerStarted', at, tasks: 3, nextAt: NEW_YEAR },
    { level: 'INFO', message: 'Started with 3 tasks, the next is due at 2026-01-01T00:00:00.000Z' },
  ],
  [
    'the start with one task that is never due',
    { type: 'schedulerStarted', at, tasks: 1, nextAt: null },
    { level: 'INFO', message: 'Started with 1 task, nothing is due' },
  ],
  [
    'the start with none',
    { type: 'schedulerStarted', at, tasks: 0, nextAt: null },
    { level: 'INFO', message: 'Started with 0 tasks, nothing is due' },
  ],
  ['the end', { type: 'schedulerStopped', at }, { level: 'INFO', message: 'Stopped' }],
  [
    'a process without shutdown hooks',
    { type: 'shutdownHooksMissing', at },
    {
      level: 'WARNING',
      message:
        'Nothing listens to SIGTERM, so it will cut runs off: call app.enableShutdownHooks() so that runs end in order',
    },
  ],
  [
    'a skipped run',
    { type: 'runSkipped', at, run: skippedRun() },
    {
      level: 'WARNING',
      task: taskName,
      run: runId,
      cause: 'schedule',
      outcome: 'skipped',
      reason: 'overlap',
      message: 'skipped',
    },
  ],
  [
    'a run that starts',
    { type: 'runStarted', at, run: runningRun() },
    {
      level: 'DEBUG',
      task: taskName,
      run: runId,
      cause: 'schedule',
      attempt: 1,
      latenessMs: 5,
      message: 'started',
    },
  ],
  [
    'an attempt that will be followed by another',
    { type: 'attemptFailed', at, run: runningRun(), attempt: failedAttempt, retryAt: at + 2_000 },
    {
      level: 'WARNING',
      task: taskName,
      run: runId,
      cause: 'schedule',
      attempt: 2,
      latenessMs: 5,
      outcome: 'failure',
      durationMs: 31,
      retryInMs: 2_000,
      error,
      message: 'failed, will be retried',
    },
  ],
  [
    'a run that ends well',
    { type: 'runFinished', at, run: finishedRun({ cause: 'manual' }) },
    {
      level: 'DEBUG',
      task: taskName,
      run: runId,
      cause: 'manual',
      attempt: 1,
      latenessMs: 5,
      outcome: 'success',
      durationMs: 100,
      message: 'finished',
    },
  ],
  [
    'a run that was cancelled before its second attempt',
    { type: 'runFinished', at, run: finishedRun({ outcome: { kind: 'cancelled', reason: 'drain' } }) },
    {
      level: 'WARNING',
      task: taskName,
      run: runId,
      cause: 'schedule',
      attempt: 1,
      latenessMs: 5,
      outcome: 'cancelled',
      reason: 'drain',
      durationMs: 100,
      message: 'cancelled',
    },
  ],
  [
    'a line of a handler',
    {
      type: 'runLogged',
      at,
      taskName,
      runId,
      attempt: 2,
      level: 'WARNING',
      message: 'disk almost full',
      run: runningRun(),
    },
    { level: 'WARNING', task: taskName, run: runId, attempt: 2, message: 'disk almost full' },
  ],
  [
    'progress',
    { type: 'runProgressed', at, taskName, runId, fraction: 0.256, message: null },
    { level: 'DEBUG', task: taskName, run: runId, message: '26 %' },
  ],
  [
    'progress in words',
    { type: 'runProgressed', at, taskName, runId, fraction: 1, message: 'all pages' },
    { level: 'DEBUG', task: taskName, run: runId, message: '100 % all pages' },
  ],
  [
    'a drain that begins',
    { type: 'drainStarted', at, running: [runId] },
    { level: 'INFO', message: 'Draining, 1 run going on' },
  ],
  [
    'a drain that begins with nothing to wait for',
    { type: 'drainStarted', at, running: [] },
    { level: 'INFO', message: 'Draining, 0 runs going on' },
  ],
  [
    'a clock that was set back',
    { type: 'clockSetBack', at, byMs: 5_000 },
    {
      level: 'WARNING',
      message: 'The clock was set back by 5000ms: frequent tasks go on, the others wait',
    },
  ],
  [
    'a handler that blocked the event loop',
    { type: 'eventLoopBlocked', at, byMs: 1_200, taskName, running: [taskName] },
    { level: 'WARNING', task: taskName, durationMs: 1_200, message: 'blocked the event loop' },
  ],
  [
    'an event loop that some handler may have blocked',
    { type: 'eventLoopBlocked', at, byMs: 1_200, taskName: null, running: [taskName, 'poll'] },
    {
      level: 'WARNING',
      durationMs: 1_200,
      message: 'The event loop was blocked, at work were ReportTasks.send, poll',
    },
  ],
  [
    'an event loop that something else has blocked',
    { type: 'eventLoopBlocked', at, byMs: 1_200, taskName: null, running: [] },
    {
      level: 'WARNING',
      durationMs: 1_200,
      message: 'The event loop was blocked, by no single handler of a task',
    },
  ],
  [
    'a drain that waits',
    { type: 'drainWaiting', at, taskName, runId, graceMs: 10_000 },
    { level: 'INFO', task: taskName, run: runId, message: 'waiting at most 10000ms' },
  ],
  [
    'a drain that aborts',
    { type: 'drainAborting', at, taskName, runId },
    { level: 'WARNING', task: taskName, run: runId, message: 'aborting, its grace is over' },
  ],
  [
    'a drain that ends well',
    { type: 'drainFinished', at, tookMs: 12, abandoned: [], unsettled: [] },
    { level: 'INFO', durationMs: 12, message: 'Drained, nothing abandoned' },
  ],
  [
    'a drain that abandons',
    {
      type: 'drainFinished',
      at,
      tookMs: 12,
      abandoned: [runId, 'CleanUp@1'],
      unsettled: [{ taskName, handlers: 1 }],
    },
    {
      level: 'CRITICAL',
      durationMs: 12,
      message: `Drained, 2 abandoned: ${runId}, CleanUp@1, handlers still running: ${taskName}`,
    },
  ],
  [
    'a drain after which only handlers of earlier timeouts are left',
    {
      type: 'drainFinished',
      at,
      tookMs: 12,
      abandoned: [],
      unsettled: [
        { taskName, handlers: 1 },
        { taskName: 'CleanUp', handlers: 600 },
      ],
    },
    {
      level: 'INFO',
      durationMs: 12,
      message: `Drained, 0 abandoned, handlers still running: ${taskName}, CleanUp ×600`,
    },
  ],
  [
    'a run that another process has taken over',
    { type: 'runLost', at, run: runningRun() },
    {
      level: 'WARNING',
      task: taskName,
      run: runningRun().id,
      cause: 'schedule',
      latenessMs: runningRun().startedAt! - runningRun().dueAt,
      message: 'lost: this process was cut off too long, and another one runs it again',
    },
  ],
  [
    'a server that does not work',
    { type: 'engineFailed', at, error },
    { level: 'ERROR', error, message: 'The server of the engine does not work: runs wait for it' },
  ],
  [
    'a server that works again',
    { type: 'engineRecovered', at },
    { level: 'INFO', message: 'The server of the engine works again' },
  ],
  [
    'a warning of an engine',
    { type: 'engineWarned', at, message: 'Redis may evict records' },
    { level: 'WARNING', message: 'Redis may evict records' },
  ],
  [
    'a subscriber that failed',
    { type: 'listenerFailed', at, listener: 'subscriber', error },
    { level: 'ERROR', error, message: 'A subscriber of events$ failed' },
  ],
  [
    'an onError that failed',
    { type: 'listenerFailed', at, listener: 'onError', error },
    { level: 'ERROR', error, message: 'onError of StsModule failed' },
  ],
  [
    'a store that failed',
    { type: 'storeFailed', at, error },
    { level: 'ERROR', error, message: 'The run store failed, history has a gap' },
  ],
];

describe('recordOf', () => {
  it.each(cases)('says of %s what a reader needs, and no more', (_, event, record) => {
    expect(recordOf(event, 'DEBUG')).toEqual({ at, event: event.type, ...record, level: 'DEBUG' });
  });

  it('has each event among the cases above', () => {
    const types = new Set(cases.map(([, event]) => event.type));

    expect(types).toEqual(new Set(Object.keys(EVENT_TYPES)));
  });

  it('says how late a run of a stepped-back clock was, with its sign', () => {
    const run = runningRun({ dueAt: NEW_YEAR, startedAt: NEW_YEAR - 3 });

    expect(recordOf({ type: 'runStarted', at, run }, 'DEBUG').latenessMs).toBe(-3);
  });

  it.each<[Outcome, string]>([
    [{ kind: 'success' }, 'finished'],
    [{ kind: 'failure', error }, 'failed'],
    [{ kind: 'timeout', timeoutMs: 5 }, 'timed out'],
    [{ kind: 'cancelled', reason: 'drain' }, 'cancelled'],
    [{ kind: 'abandoned', reason: 'drain' }, 'abandoned'],
    [skipped('overlap'), 'skipped'],
    [{ ...skipped('coalesced'), count: 28_799 }, 'skipped 28799 instants'],
  ])('says in words how a run ended: %o', (outcome, message) => {
    expect(recordOf({ type: 'runFinished', at, run: finishedRun({ outcome }) }, 'INFO').message).toBe(
      message,
    );
  });

  it('says that an attempt that timed out will be retried', () => {
    const attempt = { ...failedAttempt, outcome: { kind: 'timeout', timeoutMs: 5 } } as const;
    const event: StsEvent = { type: 'attemptFailed', at, run: runningRun(), attempt, retryAt: at };

    expect(recordOf(event, 'WARNING').message).toBe('timed out, will be retried');
  });

  it('has the level that it is given', () => {
    expect(recordOf({ type: 'schedulerStopped', at }, 'ERROR').level).toBe('ERROR');
  });

  it('leaves out fields that do not apply', () => {
    const record = recordOf({ type: 'runSkipped', at, run: skippedRun() }, 'WARNING');

    expect(Object.keys(record)).not.toContain('durationMs');
    expect(Object.keys(record)).not.toContain('error');
  });
});

describe('levelOf', () => {
  it.each(cases)('is the level of the record: %s', (_, event, { level }) => {
    expect(levelOf(event)).toBe(level);
  });

  it.each<[Outcome, LogLevel]>([
    [{ kind: 'success' }, 'DEBUG'],
    [{ kind: 'failure', error }, 'ERROR'],
    [{ kind: 'timeout', timeoutMs: 5 }, 'ERROR'],
    [{ kind: 'cancelled', reason: 'drain' }, 'WARNING'],
    [{ kind: 'abandoned', reason: 'drain' }, 'CRITICAL'],
    [{ kind: 'abandoned', reason: 'crash' }, 'CRITICAL'],
    [skipped('overlap'), 'WARNING'],
    [skipped('coalesced'), 'WARNING'],
    [skipped('draining'), 'DEBUG'],
  ])('follows the outcome: %o is %s', (outcome, level) => {
    expect(levelOf({ type: 'runFinished', at, run: finishedRun({ outcome }) })).toBe(level);
    expect(levelOf({ type: 'runSkipped', at, run: finishedRun({ outcome }) })).toBe(level);
  });

  it('is INFO for a success after a retry: who was warned of it hears that it helped', () => {
    const [attempt] = finishedRun().attempts;
    const run = finishedRun({
      attempts: [
        { ...failedAttempt, number: 1 },
        { ...attempt!, number: 2 },
      ],
    });

    expect(levelOf({ type: 'runFinished', at, run })).toBe('INFO');
  });

  it.each<LogLevel>(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'])('is the handler’s own: %s', level => {
    const run = runningRun();
    const event: StsEvent = { type: 'runLogged', at, taskName, runId, attempt: 1, level, message: '', run };

    expect(levelOf(event)).toBe(level);
  });
});
