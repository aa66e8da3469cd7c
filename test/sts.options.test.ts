import { describe, expect, it } from 'vitest';
import {
  InvalidDurationError,
  InvalidEnvironmentError,
  InvalidOptionError,
  InvalidTimeZoneError,
} from '../lib/errors.js';
import { jsonFormatter } from '../lib/log/log.formatter.js';
import { MemoryRunStore } from '../lib/run/memory.run-store.js';
import type { StsModuleOptions } from '../lib/sts.options.js';
import { resolveOptions } from '../lib/sts.settings.js';
import { TaskResolver } from '../lib/task/task.resolver.js';
import { rawTask } from './task/sample.task.js';

const resolve = (options: object = {}, environment: Record<string, string | undefined> = {}) =>
  resolveOptions(options as StsModuleOptions, environment);

const complaint = (fields: object) => expect.objectContaining(fields) as Error;

/** The policy of a task, as an app with these options and this environment has it. */
const taskOf = (options: object, environment: Record<string, string | undefined>, task: object = {}) =>
  new TaskResolver(resolve(options, environment).policy).resolve(rawTask({ every: '10s', ...task }));

describe('resolveOptions', () => {
  it('is what the docs say when nobody says anything', () => {
    expect(resolve()).toMatchObject({
      logThreshold: 'INFO',
      autoStart: true,
      blocking: true,
      shutdownTimeoutMs: 25_000,
      eventLoopWarningMs: 1_000,
      history: {},
      runStore: null,
      policy: { groups: new Map(), timeZone: undefined },
    });
  });

  it('reads every option', () => {
    const runStore = new MemoryRunStore({ perTask: 1, total: 1 });

    const settings = resolve({
      timeZone: 'Europe/Paris',
      logLevel: 'ERROR',
      autoStart: false,
      blocking: false,
      shutdown: { timeout: '1m' },
      eventLoopWarning: '250ms',
      groups: { reports: { timeout: '5m' } },
      history: { perTask: 5, total: 50 },
      runStore,
      logFormatter: 'json',
      overlap: 'allowAll',
    });

    expect(settings).toMatchObject({
      logThreshold: 'ERROR',
      autoStart: false,
      blocking: false,
      shutdownTimeoutMs: 60_000,
      eventLoopWarningMs: 250,
      history: { perTask: 5, total: 50 },
      layer: { logFormatter: jsonFormatter, overlap: 'allowAll' },
    });
    expect(settings.runStore).toBe(runStore);
    expect(settings.policy.timeZone).toBe('Europe/Paris');
    expect(settings.policy.groups.get('reports')).toMatchObject({ layer: { timeoutMs: 300_000 } });
  });

  it('turns the event-loop watch off', () => {
    expect(resolve({ eventLoopWarning: 'none' })).toMatchObject({ eventLoopWarningMs: null });
  });

  it('is frozen', () => {
    expect(resolve()).toSatisfy(Object.isFrozen);
  });

  it('takes what is undefined for absent', () => {
    const undefinedOptions = { autoStart: undefined, blocking: undefined, shutdown: { timeout: undefined } };

    const { history, ...settings } = resolve({
      ...undefinedOptions,
      history: { perTask: 5, total: undefined },
    });

    expect(settings).toMatchObject({ autoStart: true, blocking: true, shutdownTimeoutMs: 25_000 });
    expect(history).toEqual({ perTask: 5, total: undefined });
  });

  describe('refuses', () => {
    it.each([
      [
        'an option',
        { tiemout: 1 },
        "StsModule.forRoot() expects known options only, got 'tiemout'. Did you mean 'timeout'?",
      ],
      [
        'an option of tasks alone',
        { name: 'x' },
        "StsModule.forRoot() expects known options only, got 'name'.",
      ],
      [
        'an option of shutdown',
        { shutdown: { timout: 1 } },
        "StsModule.forRoot(): shutdown expects known options only, got 'timout'. Did you mean 'timeout'?",
      ],
      [
        'an option of a group',
        { groups: { mail: { overlpa: 'skip' } } },
        "StsModule.forRoot(): groups.mail expects known options only, got 'overlpa'. Did you mean 'overlap'?",
      ],
      [
        'an option of history',
        { history: { pertask: 5 } },
        "StsModule.forRoot(): history expects known options only, got 'pertask'. Did you mean 'perTask'? Known options: perTask, total.",
      ],
    ])('what it does not know of, and asks what is meant: %s', (_, options, message) => {
      expect(() => resolve(options)).toThrow(InvalidOptionError);
      expect(() => resolve(options)).toThrow(message);
    });

    it.each<[string, object, abstract new (...args: never[]) => Error]>([
      ['autoStart', { autoStart: 'no' }, InvalidOptionError],
      ['blocking', { blocking: 0 }, InvalidOptionError],
      ['logLevel', { logLevel: 'LOUD' }, InvalidOptionError],
      ['logLevel', { logLevel: 20 }, InvalidOptionError],
      ['shutdown', { shutdown: 5_000 }, InvalidOptionError],
      ['shutdown.timeout', { shutdown: { timeout: '5x' } }, InvalidDurationError],
      ['groups', { groups: 5 }, InvalidOptionError],
      ['groups.mail', { groups: { mail: null } }, InvalidOptionError],
      ['groups.mail: timeout', { groups: { mail: { timeout: 0 } } }, InvalidOptionError],
      ['groups.mail: retry: jitter', { groups: { mail: { retry: { jitter: 2 } } } }, InvalidOptionError],
      ['history', { history: 500 }, InvalidOptionError],
      ['history.perTask', { history: { perTask: 0 } }, InvalidOptionError],
      ['history.perTask', { history: { perTask: 1.5 } }, InvalidOptionError],
      ['history.total', { history: { total: -1 } }, InvalidOptionError],
      ['history.total', { history: { total: Infinity } }, InvalidOptionError],
      ['history.total', { history: { total: '5' } }, InvalidOptionError],
      ['runStore', { runStore: {} }, InvalidOptionError],
      ['runStore', { runStore: 'redis' }, InvalidOptionError],
      ['timeZone', { timeZone: 'Mars/Olympus_Mons' }, InvalidTimeZoneError],
      ['timeZone', { timeZone: 5 }, InvalidTimeZoneError],
      ['overlap', { overlap: 'queue' }, InvalidOptionError],
      ['timeout', { timeout: '5x' }, InvalidDurationError],
      ['retry', { retry: -1 }, InvalidOptionError],
      ['logFormatter', { logFormatter: 'xml' }, InvalidOptionError],
      ['eventLoopWarning', { eventLoopWarning: 0 }, InvalidOptionError],
      ['eventLoopWarning', { eventLoopWarning: 'soon' }, InvalidDurationError],
    ])('a wrong %s, by name: %o', (option, options, ErrorClass) => {
      expect(() => resolve(options)).toThrow(ErrorClass);
      expect(() => resolve(options)).toThrow(complaint({ where: `StsModule.forRoot(): ${option}` }));
    });

    it.each([['25s'], [25_000]])('a shutdown of %o, and says where its timeout stands', shutdown => {
      const got = JSON.stringify(shutdown).replaceAll('"', "'");

      expect(() => resolve({ shutdown })).toThrow(
        `StsModule.forRoot(): shutdown expects an object of options, got ${got}. Write { timeout: ${got} }.`,
      );
    });

    it.each([[null], [5], ['x'], [[]]])('options that are no object: %o', options => {
      expect(() => resolve(options as object)).toThrow(
        /^StsModule\.forRoot\(\) expects an object of options, got /,
      );
    });

    it('a logLevel that is none, and shows what came', () => {
      expect(() => resolve({ logLevel: 'LOUD' })).toThrow(
        "StsModule.forRoot(): logLevel expects DEBUG, INFO, WARNING, ERROR, CRITICAL or SILENT, or one of Nest's or npm's level names, got 'LOUD'.",
      );
    });
  });
});

describe('the log level', () => {
  it.each([
    ['DEBUG', 'DEBUG'],
    ['debug', 'DEBUG'],
    ['Debug', 'DEBUG'],
    [' debug ', 'DEBUG'],
    ['\tdebug\n', 'DEBUG'],
    ['verbose', 'DEBUG'],
    ['trace', 'DEBUG'],
    ['silly', 'DEBUG'],
    ['INFO', 'INFO'],
    ['info', 'INFO'],
    ['log', 'INFO'],
    ['http', 'INFO'],
    ['notice', 'INFO'],
    ['WARNING', 'WARNING'],
    ['warning', 'WARNING'],
    ['warn', 'WARNING'],
    ['WARN', 'WARNING'],
    ['ERROR', 'ERROR'],
    ['error', 'ERROR'],
    ['CRITICAL', 'CRITICAL'],
    ['critical', 'CRITICAL'],
    ['fatal', 'CRITICAL'],
    ['silent', 'SILENT'],
  ])('LOG_LEVEL=%j is %s', (spelling, threshold) => {
    expect(resolve({}, { LOG_LEVEL: spelling }).logThreshold).toBe(threshold);
    expect(resolve({ logLevel: spelling }).logThreshold).toBe(threshold);
  });

  it.each([undefined, '', ' ', '\n'])('LOG_LEVEL=%j is as if it were not set', LOG_LEVEL => {
    expect(resolve({}, { LOG_LEVEL }).logThreshold).toBe('INFO');
  });

  it.each(['LOUD', 'DEBUG,INFO', '20', 'constructor', '__proto__', 'toString'])(
    'LOG_LEVEL=%j fails and names the variable',
    LOG_LEVEL => {
      const act = () => resolve({}, { LOG_LEVEL });

      expect(act).toThrow(InvalidEnvironmentError);
      expect(act).toThrow(complaint({ where: 'LOG_LEVEL', got: LOG_LEVEL }));
    },
  );

  it('has a variable of its own, which the error of LOG_LEVEL names', () => {
    expect(() => resolve({}, { LOG_LEVEL: 'LOUD' })).toThrow(
      complaint({ remedy: 'Set STS_LOG_LEVEL where LOG_LEVEL is meant for others.' }),
    );
    expect(() => resolve({}, { STS_LOG_LEVEL: 'LOUD' })).toThrow(complaint({ remedy: undefined }));
  });

  it('is that of STS_LOG_LEVEL, whatever LOG_LEVEL says to other libraries', () => {
    const environment = { STS_LOG_LEVEL: 'error', LOG_LEVEL: 'LOUD' };

    expect(resolve({}, environment).logThreshold).toBe('ERROR');
  });

  it('is that of LOG_LEVEL when STS_LOG_LEVEL is empty', () => {
    expect(resolve({}, { STS_LOG_LEVEL: ' ', LOG_LEVEL: 'error' }).logThreshold).toBe('ERROR');
  });

  it('names STS_LOG_LEVEL when it is the wrong one', () => {
    const act = () => resolve({}, { STS_LOG_LEVEL: 'LOUD', LOG_LEVEL: 'error' });

    expect(act).toThrow(complaint({ where: 'STS_LOG_LEVEL', got: 'LOUD' }));
  });

  it('is that of the option, whatever the environment says', () => {
    const environment = { STS_LOG_LEVEL: 'LOUD', LOG_LEVEL: 'error' };

    expect(resolve({ logLevel: 'DEBUG' }, environment).logThreshold).toBe('DEBUG');
  });
});

describe('the retries', () => {
  it.each([
    ['0', 0],
    ['3', 3],
    [' 3 ', 3],
    ['3\n', 3],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
  ])('RETRIES=%j are %d', (RETRIES, retries) => {
    expect(taskOf({}, { RETRIES }).retry.retries).toBe(retries);
  });

  it.each([undefined, '', ' '])('RETRIES=%j are none', RETRIES => {
    expect(taskOf({}, { RETRIES }).retry.retries).toBe(0);
  });

  it.each(['-1', '+3', '1.5', '3.0', '1e3', '0x3', 'three', 'NaN', 'Infinity', '3 4', '٣', '9'.repeat(16)])(
    'RETRIES=%j fail and name the variable',
    RETRIES => {
      const act = () => resolve({}, { RETRIES });

      expect(act).toThrow(InvalidEnvironmentError);
      expect(act).toThrow(`RETRIES expects a whole number of retries, 0 or more, got '${RETRIES}'.`);
    },
  );

  it('have a variable of their own, which the error of RETRIES names', () => {
    expect(() => resolve({}, { RETRIES: 'many' })).toThrow(
      complaint({ remedy: 'Set STS_RETRIES where RETRIES is meant for others.' }),
    );
    expect(() => resolve({}, { STS_RETRIES: 'many' })).toThrow(complaint({ remedy: undefined }));
  });

  it('are those of STS_RETRIES, whatever RETRIES says to other programs', () => {
    expect(taskOf({}, { STS_RETRIES: '2', RETRIES: 'many' }).retry.retries).toBe(2);
  });

  it('are those of RETRIES when STS_RETRIES is empty', () => {
    expect(taskOf({}, { STS_RETRIES: '', RETRIES: '2' }).retry.retries).toBe(2);
  });

  it('name STS_RETRIES when it is the wrong one', () => {
    expect(() => resolve({}, { STS_RETRIES: 'many' })).toThrow(complaint({ where: 'STS_RETRIES' }));
  });

  const groups = { mail: { retry: 3 } };

  it.each([
    ['RETRIES', {}, {}, 1],
    ['the module', { retry: 2 }, {}, 2],
    ['the group', { retry: 2, groups }, { group: 'mail' }, 3],
    ['the task', { retry: 2, groups }, { group: 'mail', retry: 4 }, 4],
    ['the module, with 0', { retry: 0 }, {}, 0],
    ['the group, with 0', { retry: 2, groups: { mail: { retry: 0 } } }, { group: 'mail' }, 0],
    ['the task, with 0', { retry: 2, groups }, { group: 'mail', retry: 0 }, 0],
  ])('are those of the strongest who says them: %s', (_, options, task, retries) => {
    expect(taskOf(options, { RETRIES: '1' }, task).retry.retries).toBe(retries);
  });

  it('stay those of RETRIES when a stronger layer says other fields of retry only', () => {
    const options = { retry: { maxDelay: '9s' }, groups: { mail: { retry: { delay: '2s' } } } };
    const task = { group: 'mail', retry: { jitter: 'full' } };

    const { retry } = taskOf(options, { RETRIES: '5' }, task);

    expect(retry).toMatchObject({
      retries: 5,
      maxDelayMs: 9_000,
      delayMs: 2_000,
      jitter: 'full',
      backoff: 'exponential',
    });
  });
});
