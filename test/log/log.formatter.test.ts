import { describe, expect, it, vi } from 'vitest';
import { InvalidOptionError } from '../../lib/errors.js';
import {
  jsonFormatter,
  parseLogFormatter,
  textFormatter,
  type LogFormatter,
} from '../../lib/log/log.formatter.js';
import type { LogRecord } from '../../lib/log/log.record.js';
import { NEW_YEAR } from '../run/sample.run.js';

const recordOf = (fields: Partial<LogRecord> = {}): LogRecord => ({
  at: NEW_YEAR,
  level: 'INFO',
  event: 'runFinished',
  message: '',
  ...fields,
});

const failure = recordOf({
  level: 'ERROR',
  task: 'ReportTasks.nightly',
  run: 'ReportTasks.nightly@1767225600000',
  cause: 'schedule',
  attempt: 2,
  outcome: 'failure',
  durationMs: 31,
  latenessMs: 4,
  error: new RangeError('out of "paper"'),
});

describe('textFormatter', () => {
  it('writes fields in a fixed order, and leaves out those that are absent', () => {
    expect(textFormatter(failure)).toBe(
      'task=ReportTasks.nightly run=ReportTasks.nightly@1767225600000 attempt=2 outcome=failure duration=31ms' +
        String.raw` error="RangeError: out of \"paper\""`,
    );
  });

  it.each<[string, Partial<LogRecord>, string]>([
    ['a message alone', { message: 'Stopped' }, 'Stopped'],
    ['a message before the fields', { task: 'A.b', message: 'removed' }, 'removed task=A.b'],
    ['a reason', { outcome: 'skipped', reason: 'overlap' }, 'outcome=skipped reason=overlap'],
    ['the wait for a retry', { retryInMs: 2_000 }, 'retryIn=2000ms'],
    ['a duration of 0', { durationMs: 0 }, 'duration=0ms'],
    ['a value with a space, in quotes', { task: 'send mail' }, 'task="send mail"'],
    ['a value with an equals sign, in quotes', { task: 'a=b' }, 'task="a=b"'],
    ['a value with a quote, in quotes', { task: 'a"b' }, String.raw`task="a\"b"`],
    ['a value with a line break, on one line', { reason: 'a\nb' }, String.raw`reason="a\nb"`],
    ['an error of several lines, on one line', { error: new Error('a\nb') }, String.raw`error="Error: a\nb"`],
    ['a thrown text', { error: 'no' }, `error='no'`],
    ['a thrown null', { error: null }, 'error=null'],
    ['a thrown object', { error: { code: 5 } }, `error="{ code: 5 }"`],
    ['nothing', {}, ''],
  ])('writes %s', (_, fields, text) => {
    expect(textFormatter(recordOf(fields))).toBe(text);
  });

  it('is short for a thrown object that is deep', () => {
    const error = { a: { b: { c: 'deep' } } };

    expect(textFormatter(recordOf({ error }))).not.toContain('deep');
  });
});

describe('jsonFormatter', () => {
  const parsed = (record: LogRecord) =>
    JSON.parse(jsonFormatter(record) as string) as Record<string, unknown>;

  it('writes the record on one line, its instant as ISO 8601 and its error by its parts', () => {
    const line = jsonFormatter(failure) as string;

    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      ...failure,
      at: '2026-01-01T00:00:00.000Z',
      error: {
        name: 'RangeError',
        message: 'out of "paper"',
        stack: (failure.error as Error).stack,
      },
    });
  });

  it('leaves out what is absent', () => {
    expect(parsed(recordOf({ task: undefined }))).toEqual({
      at: '2026-01-01T00:00:00.000Z',
      level: 'INFO',
      event: 'runFinished',
      message: '',
    });
  });

  it.each([
    ['text', 'no', "'no'"],
    ['null', null, 'null'],
    ['an object', { code: 5 }, '{ code: 5 }'],
    ['a bigint, which JSON cannot write', 5n, '5n'],
  ])('writes what was thrown as text when it is no Error: %s', (_, error, text) => {
    expect(parsed(recordOf({ error })).error).toBe(text);
  });

  it('writes a thrown object that refers to itself', () => {
    const error: Record<string, unknown> = {};
    error.self = error;

    expect(parsed(recordOf({ error })).error).toContain('[Circular *1]');
  });
});

describe('parseLogFormatter', () => {
  it('knows text and json by name', () => {
    expect(parseLogFormatter('text', 'x')).toBe(textFormatter);
    expect(parseLogFormatter('json', 'x')).toBe(jsonFormatter);
  });

  it('takes a function as it is', () => {
    const format: LogFormatter = record => record.event;

    expect(parseLogFormatter(format, 'x')).toBe(format);
  });

  it('calls format of an object as its method', () => {
    const formatter = { prefix: 'sts', format: (record: LogRecord) => `${formatter.prefix} ${record.event}` };
    const spy = vi.spyOn(formatter, 'format');

    expect(parseLogFormatter(formatter, 'x')(recordOf())).toBe('sts runFinished');
    expect(spy.mock.contexts).toEqual([formatter]);
  });

  it('makes one instance of a class, for all records', () => {
    class Counting {
      static made = 0;
      #count = 0;
      constructor() {
        Counting.made++;
      }
      format(): string {
        return `#${++this.#count}`;
      }
    }

    const format = parseLogFormatter(Counting, 'x');

    expect([format(recordOf()), format(recordOf())]).toEqual(['#1', '#2']);
    expect(Counting.made).toBe(1);
  });

  it('makes an instance of a class that inherits format', () => {
    class Base {
      format(record: LogRecord): string {
        return record.event;
      }
    }
    class Own extends Base {}

    expect(parseLogFormatter(Own, 'x')(recordOf())).toBe('runFinished');
  });

  it('makes an instance of a class whose format is a property', () => {
    class Own {
      format = (record: LogRecord) => record.event;
    }

    expect(parseLogFormatter(Own, 'x')(recordOf())).toBe('runFinished');
  });

  it('passes on that a formatter drops a record', () => {
    expect(parseLogFormatter({ format: () => undefined }, 'x')(recordOf())).toBeUndefined();
  });

  it.each([['xml'], ['JSON'], [''], [5], [true], [null], [undefined], [{}], [{ format: 'text' }], [[]]])(
    'refuses %o',
    option => {
      const parse = () => parseLogFormatter(option, 'StsModule.forRoot(): logFormatter');

      expect(parse).toThrow(InvalidOptionError);
      expect(parse).toThrow(
        /^StsModule\.forRoot\(\): logFormatter expects 'text', 'json', a function of the record, or a class with format\(record\), got /,
      );
    },
  );
});
