import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  InvalidDurationError,
  InvalidOptionError,
  InvalidPayloadError,
  RunCancelledError,
  RunTimeoutError,
  SchedulerDrainingError,
  StsError,
  UnknownTaskError,
  validOption,
} from '../lib/errors.js';

const complaint = { where: 'ReportTasks.send: @Every', expected: "a duration such as '30s'", got: 'abc' };

describe('ConfigurationError', () => {
  it('says where, what was expected, what came, and the remedy', () => {
    const error = new InvalidDurationError({ ...complaint, remedy: 'Write a unit.' });

    expect(error.message).toBe(
      "ReportTasks.send: @Every expects a duration such as '30s', got 'abc'. Write a unit.",
    );
  });

  it('ends after what came when there is no remedy', () => {
    const error = new InvalidDurationError(complaint);

    expect(error.message).toBe("ReportTasks.send: @Every expects a duration such as '30s', got 'abc'.");
  });

  it('keeps the parts as fields, beside the message', () => {
    const error = new InvalidDurationError({ ...complaint, remedy: 'Write a unit.' });

    expect(error).toMatchObject({ ...complaint, remedy: 'Write a unit.' });
  });

  it('is caught by its class, as a ConfigurationError, as an StsError, and has the name of its class', () => {
    const error = new InvalidDurationError(complaint);

    expect(error).toBeInstanceOf(InvalidDurationError);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toBeInstanceOf(StsError);
    expect(error.name).toBe('InvalidDurationError');
  });

  it('shows what came as a value, or as the description that it is', () => {
    const got = 'the controller ReportController';

    const messages = [false, true].map(
      isGotText => new InvalidDurationError({ ...complaint, got, isGotText }).message,
    );

    expect(messages.map(message => message.slice(message.indexOf('got')))).toEqual([
      "got 'the controller ReportController'.",
      'got the controller ReportController.',
    ]);
  });

  it.each([true, false])(
    'says the same of the place of the mistake, with all its parts (isGotText: %s)',
    isGotText => {
      const cause = new Error('first');
      const parts = { ...complaint, isGotText, remedy: 'Write a unit.' };
      const error = new InvalidDurationError({ ...parts, where: 'everyTrigger' }, { cause });

      const moved = error.at(complaint.where);

      expect(moved).toBeInstanceOf(InvalidDurationError);
      expect(moved).toMatchObject({ ...complaint, remedy: 'Write a unit.', cause });
      expect(moved.message).toBe(new InvalidDurationError(parts).message);
    },
  );
});

describe('the errors of runs', () => {
  it.each([
    {
      error: new UnknownTaskError('ReportTasks.sent', ['CleanUp', 'ReportTasks.send']),
      message:
        "No task is named 'ReportTasks.sent'. Did you mean 'ReportTasks.send'? SchedulerRegistry.list() names all tasks.",
      fields: { taskName: 'ReportTasks.sent' },
    },
    {
      error: new UnknownTaskError('Backup', ['ReportTasks.send']),
      message: "No task is named 'Backup'. SchedulerRegistry.list() names all tasks.",
      fields: { taskName: 'Backup' },
    },
    {
      error: new UnknownTaskError(undefined as unknown as string, ['ReportTasks.send']),
      message: 'No task is named undefined. SchedulerRegistry.list() names all tasks.',
      fields: { taskName: undefined },
    },
    {
      error: new InvalidPayloadError('ReportTasks.send', ['since: expected string', 'unknown key']),
      message: 'ReportTasks.send refuses its payload: since: expected string; unknown key.',
      fields: { taskName: 'ReportTasks.send', issues: ['since: expected string', 'unknown key'] },
    },
    {
      error: new SchedulerDrainingError('ReportTasks.send', 'be triggered'),
      message:
        'ReportTasks.send cannot be triggered: the scheduler is draining or has stopped.' +
        ' It takes runs again once TaskScheduler.run() has started it again, unless the app has closed.',
      fields: { subject: 'ReportTasks.send' },
    },
    {
      error: new SchedulerDrainingError('The scheduler', 'run'),
      message:
        'The scheduler cannot run: it is draining, or the app has closed.' +
        ' It can be started again when drain() or stop() has resolved, unless the app has closed.',
      fields: { subject: 'The scheduler' },
    },
    {
      error: new RunTimeoutError('ReportTasks.send', 5_000),
      message: 'ReportTasks.send took longer than its timeout of 5000 ms.',
      fields: { taskName: 'ReportTasks.send', timeoutMs: 5_000 },
    },
    {
      error: new RunCancelledError('ReportTasks.send', 'drain'),
      message: 'ReportTasks.send was cancelled: drain.',
      fields: { taskName: 'ReportTasks.send', reason: 'drain' },
    },
  ])('$error.name says: $message', ({ error, message, fields }) => {
    expect(error).toBeInstanceOf(StsError);
    expect(error).toMatchObject({ message, ...fields });
  });
});

describe('UnknownTaskError', () => {
  const known = ['ReportTasks.rebuild', 'ReportTasks.send', 'MailTasks.sent', 'CleanUp'];

  it.each([
    ['a method without its class', 'rebuild', 'ReportTasks.rebuild'],
    ['a method nearly', 'rebuidl', 'ReportTasks.rebuild'],
    ['a method of another class', 'Jobs.rebuild', 'ReportTasks.rebuild'],
    ['a whole name nearly, before a method of another class', 'ReportTasks.sent', 'ReportTasks.send'],
    ['a method before a name that is only near', 'sent', 'MailTasks.sent'],
    ['a class nearly', 'cleanup', 'CleanUp'],
  ])('asks whether a task is meant that has %s', (_, asked, meant) => {
    expect(new UnknownTaskError(asked, known).message).toContain(`. Did you mean '${meant}'? `);
  });
});

describe('UnknownTaskError, for a short name', () => {
  it.each([
    ['hnag', 'ReportTasks.hang', 'ReportTasks.hang'],
    ['ping', 'ReportTasks.hang', undefined],
    ['hong', 'ReportTasks.hang', 'ReportTasks.hang'],
    ['Jobs.ping', 'ReportTasks.hang', undefined],
  ])('of %s and the task %s asks whether %s is meant', (asked, known, meant) => {
    const { message } = new UnknownTaskError(asked, [known]);

    expect(/Did you mean '(.*)'\?/.exec(message)?.[1]).toBe(meant);
  });
});

describe('validOption', () => {
  it('returns a value that is valid', () => {
    const value = validOption<number>(3, n => n === 3, { where: 'x', expected: 'three' });

    expect(value).toBe(3);
  });

  it('refuses a value that is not, and shows it', () => {
    const read = () => validOption(4, n => n === 3, { where: 'x', expected: 'three', remedy: 'Take 3.' });

    expect(read).toThrow(
      new InvalidOptionError({ where: 'x', expected: 'three', got: 4, remedy: 'Take 3.' }),
    );
  });
});
