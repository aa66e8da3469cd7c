import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  InvalidDurationError,
  InvalidOptionError,
  InvalidPayloadError,
  refuseUnknownKeys,
  RunCancelledError,
  RunTimeoutError,
  SchedulerDrainingError,
  show,
  StsError,
  suggestion,
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
      error: new InvalidPayloadError('ReportTasks.send', ['since: expected string', 'unknown key']),
      message: 'ReportTasks.send refuses its payload: since: expected string; unknown key.',
      fields: { taskName: 'ReportTasks.send', issues: ['since: expected string', 'unknown key'] },
    },
    {
      error: new SchedulerDrainingError('ReportTasks.send', 'be triggered'),
      message:
        'ReportTasks.send cannot be triggered: the scheduler is draining or has stopped. Try again after a restart.',
      fields: { subject: 'ReportTasks.send' },
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

describe('refuseUnknownKeys', () => {
  it('accepts known keys, some or none of them', () => {
    expect(() => refuseUnknownKeys({ every: 1 }, ['every', 'cron'], 'x')).not.toThrow();
    expect(() => refuseUnknownKeys({}, ['every'], 'x')).not.toThrow();
  });

  it('asks whether the nearest known key is meant, and lists them all', () => {
    const refuse = () => refuseUnknownKeys({ tiemout: 1 }, ['retry', 'timeout'], 'StsModule.forRoot()');

    expect(refuse).toThrow(InvalidOptionError);
    expect(refuse).toThrow(
      "StsModule.forRoot() expects known options only, got 'tiemout'. Did you mean 'timeout'? Known options: retry, timeout.",
    );
  });

  it('lists the known keys alone when none is near', () => {
    const refuse = () => refuseUnknownKeys({ colour: 1 }, ['retry', 'timeout'], 'x');

    expect(refuse).toThrow("x expects known options only, got 'colour'. Known options: retry, timeout.");
  });

  it.each([[undefined], [null], [5], ['every'], [['every']], [() => {}]])(
    'refuses %o as options',
    options => {
      const refuse = () => refuseUnknownKeys(options, ['every'], 'x');

      expect(refuse).toThrow(InvalidOptionError);
      expect(refuse).toThrow('x expects an object of options, got');
    },
  );

  it('refuses a key that every object inherits', () => {
    const options = JSON.parse('{ "constructor": 1 }') as object;

    expect(() => refuseUnknownKeys(options, ['every'], 'x')).toThrow("got 'constructor'");
  });
});

describe('show', () => {
  it.each([
    ['abc', "'abc'"],
    ['', "''"],
    ["it's", '"it\'s"'],
    ['a\nb', String.raw`'a\nb'`],
    [5, '5'],
    [NaN, 'NaN'],
    [-0, '-0'],
    [10n, '10n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ a: { b: { c: 1 } } }, '{ a: { b: [Object] } }'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(NaN), 'Invalid Date'],
    [new RangeError('too\nlong'), 'RangeError: too long'],
    [function send() {}, 'the function send'],
    [class CleanUp {}, 'the function CleanUp'],
  ])('shows %o as %s', (value, text) => {
    expect(show(value)).toBe(text);
  });

  it('shows a function without a name as such', () => {
    expect(show((() => () => {})())).toBe('a function');
  });

  it.each([
    ['a long text', 'x'.repeat(10_000)],
    ['a long array', Array.from({ length: 10_000 }, (_, i) => i)],
    ['an object of many keys', Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i]))],
  ])('is never long: %s', (_, value) => {
    expect(show(value).length).toBeLessThan(500);
  });

  it('stays on one line for an error, whose stack has many', () => {
    expect(show(new Error('refused'))).not.toContain('\n');
  });
});

describe('suggestion', () => {
  it.each([
    ['timout', " Did you mean 'timeout'?"],
    ['tiemout', " Did you mean 'timeout'?"],
    ['TIMEOUT', " Did you mean 'timeout'?"],
    ['shutdownGrce', " Did you mean 'shutdownGrace'?"],
    ['shutdownOrder', " Did you mean 'shutdownOrder'?"],
    ['evry', " Did you mean 'every'?"],
    ['timeoutt', " Did you mean 'timeout'?"],
    ['shtdwnGrce', " Did you mean 'shutdownGrace'?"],
    ['colour', ''],
    ['', ''],
  ])('for %o is %o', (word, expected) => {
    const known = ['every', 'timeout', 'shutdownGrace', 'shutdownOrder'];

    expect(suggestion(word, known)).toBe(expected);
  });

  it('names the nearest of several, and the first of equals', () => {
    expect(suggestion('task', ['tusks', 'tasks'])).toBe(" Did you mean 'tasks'?");
    expect(suggestion('tosks', ['tasks', 'tusks'])).toBe(" Did you mean 'tasks'?");
  });

  it('names nothing when nothing is known', () => {
    expect(suggestion('task', [])).toBe('');
  });

  it('names no word that shares not one letter, however short', () => {
    expect(suggestion('xy', ['at'])).toBe('');
  });

  it('compares only words of about the same length, so that a huge name costs nothing', () => {
    const known = Array.from({ length: 2_000 }, (_, i) => `ReportTasks.nightly${i}`);
    const startedAt = performance.now();

    const answer = suggestion('x'.repeat(20_000), known);

    expect(answer).toBe('');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
