import { Logger, type LoggerService } from '@nestjs/common';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { textFormatter, type LogFormatter } from '../../lib/log/log.formatter.js';
import type { LogThreshold } from '../../lib/log/log.threshold.js';
import { RunLogger } from '../../lib/log/run.logger.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { LogLevel } from '../../lib/run/run.log.js';
import type { SkipReason } from '../../lib/run/outcome.js';
import { finishedRun, NEW_YEAR, runningRun, skippedRun, skipped } from '../run/sample.run.js';

const LEVELS: LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

const line = (message: string, level: LogLevel = 'INFO', taskName = 'ReportTasks.send'): StsEvent => ({
  type: 'runLogged',
  run: runningRun(),
  at: NEW_YEAR,
  taskName,
  runId: 'r1',
  attempt: 1,
  level,
  message,
});
const skip = (reason: SkipReason, taskName = 'ReportTasks.send'): StsEvent => ({
  type: 'runSkipped',
  at: NEW_YEAR,
  run: skippedRun({ taskName, outcome: skipped(reason) }),
});
const start: StsEvent = { type: 'runStarted', at: NEW_YEAR, run: runningRun() };
const failure = (error: unknown): StsEvent => ({
  type: 'runFinished',
  at: NEW_YEAR,
  run: finishedRun({ outcome: { kind: 'failure', error } }),
});

describe('RunLogger', () => {
  /** What the app's own logger got: method, message and all that follows. */
  let written: unknown[][];
  let events$: Subject<StsEvent>;

  beforeEach(() => {
    written = [];
    events$ = new Subject();
    const note =
      (method: string) =>
      (...parts: unknown[]) =>
        written.push([method, ...parts]);
    const appLogger: LoggerService = {
      debug: note('debug'),
      log: note('log'),
      warn: note('warn'),
      error: note('error'),
      fatal: note('fatal'),
    };
    Logger.overrideLogger(appLogger);
  });

  function listen(threshold: LogThreshold = 'DEBUG', formatterOf: (task?: string) => LogFormatter = textOf) {
    return new RunLogger({ threshold, formatterOf }).listen(events$);
  }
  const textOf = () => textFormatter;
  const methods = () => written.map(([method]) => method);
  /** Nest's Logger puts an undefined in the place of a stack that there is not. */
  const stackOf = (parts: unknown[]) => parts[2];

  it("writes each level by its method of the app's own logger, in the context Sts", () => {
    listen();

    for (const level of LEVELS) events$.next(line('hello', level));

    const text = 'hello task=ReportTasks.send run=r1 attempt=1';
    expect(written).toEqual([
      ['debug', text, 'Sts'],
      ['log', text, 'Sts'],
      ['warn', text, 'Sts'],
      ['error', text, undefined, 'Sts'],
      ['fatal', text, 'Sts'],
    ]);
  });

  it.each<[LogThreshold, string[]]>([
    ['DEBUG', ['debug', 'log', 'warn', 'error', 'fatal']],
    ['INFO', ['log', 'warn', 'error', 'fatal']],
    ['WARNING', ['warn', 'error', 'fatal']],
    ['ERROR', ['error', 'fatal']],
    ['CRITICAL', ['fatal']],
    ['SILENT', []],
  ])('writes at %s and above', (threshold, expected) => {
    listen(threshold);

    for (const level of LEVELS) events$.next(line('hello', level));

    expect(methods()).toEqual(expected);
  });

  it('makes no record of an event below the threshold', () => {
    const format = vi.fn(textFormatter);
    listen('INFO', () => format);

    events$.next(start);

    expect(format).not.toHaveBeenCalled();
  });

  it('asks for the formatter of the task, and for that of the module when there is no task', () => {
    const formatterOf = vi.fn(() => textFormatter);
    listen('INFO', formatterOf);

    events$.next(line('hello', 'INFO', 'CleanUp'));
    events$.next({ type: 'schedulerStopped', at: NEW_YEAR });

    expect(formatterOf.mock.calls).toEqual([['CleanUp'], [undefined]]);
  });

  it('hands an object on as it is, for loggers that write JSON themselves', () => {
    const record = { hello: 'world' };
    listen('INFO', () => () => record);

    events$.next(line('hello'));

    expect(written).toEqual([['log', record, 'Sts']]);
  });

  it('drops a record for which the formatter answers undefined, and no other', () => {
    listen('INFO', () => record => (record.message === 'secret' ? undefined : record.message));

    for (const message of ['secret', 'hello', 'secret']) events$.next(line(message));

    expect(written).toEqual([['log', 'hello', 'Sts']]);
  });

  it('writes an empty text, which is not undefined', () => {
    listen('INFO', () => () => '');

    events$.next(line('hello'));

    expect(written).toEqual([['log', '', 'Sts']]);
  });

  it.each<[string, StsEvent, unknown[]]>([
    ['an error', failure(new Error('refused')), ['error', expect.stringContaining('outcome=failure')]],
    [
      'an abandoned drain',
      { type: 'drainFinished', at: NEW_YEAR, tookMs: 5, abandoned: ['r1'], unsettled: [] },
      ['fatal', expect.stringContaining('1 abandoned')],
    ],
  ])('writes %s', (_, event, expected) => {
    listen();

    events$.next(event);

    expect(written[0]!.slice(0, 2)).toEqual(expected);
  });

  it('gives Nest the stack of an error to print below the text', () => {
    const error = new Error('refused');
    listen();

    events$.next(failure(error));

    expect(stackOf(written[0]!)).toBe(error.stack);
  });

  it.each([
    ['thrown text has none', textFormatter, 'no'],
    [
      'another formatter has the error and shapes it',
      ((record: { message: string }) => record.message) as LogFormatter,
      new Error('no'),
    ],
  ])('gives Nest no stack: %s', (_, format, error) => {
    listen('DEBUG', () => format);

    events$.next(failure(error));

    expect(stackOf(written[0]!)).toBeUndefined();
  });

  it('stops writing when nobody listens any more', () => {
    const subscription = listen();

    subscription.unsubscribe();
    events$.next(line('hello'));

    expect(written).toEqual([]);
  });

  describe('with a formatter that throws', () => {
    const throwing =
      (thrown: unknown): LogFormatter =>
      () => {
        throw thrown;
      };

    it('warns once, and writes its records as text', () => {
      const format = throwing(new Error('bug'));
      listen('INFO', () => format);

      for (const message of ['one', 'two']) events$.next(line(message));

      expect(written).toEqual([
        ['warn', 'logFormatter threw, its records are written as text: Error: bug', 'Sts'],
        ['log', 'one task=ReportTasks.send run=r1 attempt=1', 'Sts'],
        ['log', 'two task=ReportTasks.send run=r1 attempt=1', 'Sts'],
      ]);
    });

    it('warns of each formatter that does', () => {
      const formats = new Map([
        ['A', throwing(new Error('a'))],
        ['B', throwing(new Error('b'))],
      ]);
      listen('INFO', task => formats.get(task!)!);

      for (const task of ['A', 'B', 'A', 'B']) events$.next(line('hello', 'INFO', task));

      expect(methods().filter(method => method === 'warn')).toHaveLength(2);
    });

    it('goes on to use it for the records that it can format', () => {
      listen('INFO', () => record => {
        if (record.message === 'bad') throw new Error('bug');
        return record.message;
      });

      for (const message of ['bad', 'good']) events$.next(line(message));

      expect(written.at(-1)).toEqual(['log', 'good', 'Sts']);
    });

    it('prints the stack of a failure all the same', () => {
      const error = new Error('refused');
      const format = throwing(new Error('bug'));
      listen('INFO', () => format);

      events$.next(failure(error));

      expect(stackOf(written[1]!)).toBe(error.stack);
    });

    it.each([
      ['undefined', undefined],
      ['an object that has no text', Object.create(null) as object],
      [
        'an object whose text throws',
        {
          toString() {
            throw new Error('no text');
          },
        },
      ],
    ])('survives whatever it throws: %s', (_, thrown) => {
      const format = throwing(thrown);
      listen('INFO', () => format);

      events$.next(line('hello'));

      expect(methods()).toEqual(['warn', 'log']);
    });
  });

  describe('of a task that is skipped again and again', () => {
    it('warns once, and says the rest at DEBUG', () => {
      listen();

      for (let i = 0; i < 3; i++) events$.next(skip('overlap'));

      expect(methods()).toEqual(['warn', 'debug', 'debug']);
    });

    it('warns again when the reason is another one', () => {
      listen('INFO');

      for (const reason of ['overlap', 'overlap', 'coalesced', 'overlap'] as const)
        events$.next(skip(reason));

      expect(written).toHaveLength(3);
    });

    it('warns again after a run', () => {
      listen('INFO');

      for (const event of [skip('overlap'), start, skip('overlap')]) events$.next(event);

      expect(methods()).toEqual(['warn', 'warn']);
    });

    it('warns of each task', () => {
      listen('INFO');

      for (const task of ['A', 'B', 'A', 'B']) events$.next(skip('overlap', task));

      expect(methods()).toEqual(['warn', 'warn']);
    });

    it('warns again of a new task with the name of one that was removed', () => {
      listen('INFO');
      events$.next(skip('overlap'));

      events$.next({ type: 'taskRemoved', at: NEW_YEAR, taskName: 'ReportTasks.send' });
      events$.next(skip('overlap'));

      expect(methods()).toEqual(['warn', 'warn']);
    });

    it('says the level that it writes at to the formatter', () => {
      listen('DEBUG', () => record => record.level);

      for (let i = 0; i < 2; i++) events$.next(skip('overlap'));

      expect(written.map(([, message]) => message)).toEqual(['WARNING', 'DEBUG']);
    });
  });
});
