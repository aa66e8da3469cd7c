import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  InvalidCronError,
  InvalidDurationError,
  InvalidOptionError,
  InvalidTriggerError,
} from '../../lib/errors.js';
import { jsonFormatter } from '../../lib/log/log.formatter.js';
import type { Form } from '../../lib/task/rule.hint.js';
import { TaskResolver, type GroupPolicy, type AppPolicy } from '../../lib/task/task.resolver.js';
import { rawTask } from './sample.task.js';

const resolverFor = (app: Partial<AppPolicy> = {}) =>
  new TaskResolver({ layers: [], groups: new Map(), timeZone: undefined, ...app });

const complaint = (fields: object) => expect.objectContaining(fields) as Error;

const group = (layer: GroupPolicy['layer'] = {}): GroupPolicy => ({
  layer,
  concurrency: null,
  errorThreshold: null,
});

describe('TaskResolver', () => {
  let resolver: TaskResolver;
  const resolve = (...options: readonly object[]) => resolver.resolve(rawTask(...options));
  const resolveAs = (form: Form, options: object) =>
    resolver.resolve({ ...rawTask(), declarations: [{ where: 'x', options, form }] });

  beforeEach(() => {
    resolver = resolverFor();
  });

  describe('makes a definition', () => {
    it('of what the user wrote, and says the defaults where the user says nothing', () => {
      const source = rawTask({ every: '10s' });

      const task = resolver.resolve(source);

      expect(task).toMatchObject({
        name: 'ReportTasks.send',
        group: null,
        place: 'ReportTasks.send in ReportModule',
        payload: null,
        shutdownOrder: 0,
        overlap: 'skip',
        timeoutMs: null,
        shutdownGraceMs: 10_000,
      });
      expect([task.source, task.owner, task.handler]).toEqual([source, source.owner, source.handler]);
      expect(task.triggers.map(String)).toEqual(['every 10s']);
    });

    it('that is frozen, its triggers and its retry too', () => {
      const task = resolve({ every: '10s' });

      expect([task, task.triggers, task.retry].every(Object.isFrozen)).toBe(true);
    });

    it('with one trigger of equal rules, and what two decorators say beside them', () => {
      const [spread, eve] = [{ jitter: '5m' }, { exclude: ['2026-12-24', '2026-12-25'] }];
      const noon = { cron: '0 12 * * *', timeZone: 'UTC' };

      const task = resolve(
        { ...noon, ...spread, ...eve },
        { ...noon, jitter: '1m', exclude: ['2026-12-24'] },
      );

      const [schedule] = task.schedules;
      const excludes = [24, 25].map(day => schedule!.exclude!(Date.UTC(2026, 11, day, 12)));
      expect(task.schedules.length).toBe(1);
      expect(schedule!.jitterMs).toBe(60_000);
      expect(excludes).toEqual([true, false]);
    });

    it('with one trigger for each decorator, in the order in which they stand', () => {
      const task = resolve(
        { cron: '0 0 * * *', timeZone: 'UTC' },
        { every: '10s' },
        { at: '2026-12-24T18:00:00Z' },
        { schedule: { next: () => null, toString: () => 'full moon' } },
      );

      expect(task.triggers.map(String)).toEqual([
        'cron 0 0 * * * (UTC)',
        'every 10s',
        'at 2026-12-24T18:00:00.000Z',
        'full moon',
      ]);
    });

    it('without a trigger for what is triggered by hand only', () => {
      expect(resolve({}).triggers).toEqual([]);
    });

    it('with one trigger when two decorators say the same', () => {
      expect(resolve({ every: '10s' }, { every: '10s' }).triggers).toHaveLength(1);
    });

    it('whose trigger it shares with tasks of the same rule, so that they share one entry of the timeline', () => {
      const [one, other] = [resolve({ every: '10s' }), resolve({ every: '10s', timeout: '1s' })];

      expect(one.triggers[0]).toBe(other.triggers[0]);
    });

    it('with what any of the decorators says', () => {
      const schema = z.object({ since: z.string() });

      const task = resolve(
        { every: '10s', timeout: '5s' },
        { cron: '0 0 * * *', name: 'send', group: 'reports' },
        { payload: schema, retry: { retries: 3 }, shutdownOrder: -1 },
      );

      expect(task).toMatchObject({
        name: 'send',
        group: 'reports',
        timeoutMs: 5_000,
        payload: schema,
        retry: { retries: 3 },
        shutdownOrder: -1,
      });
    });

    it('with an option that two decorators give alike', () => {
      expect(resolve({ every: '10s', timeout: '5s' }, { at: 0, timeout: '5s' }).timeoutMs).toBe(5_000);
    });

    it('as if an option that is undefined were absent', () => {
      const task = resolve(
        { every: '10s', name: undefined, timeout: '5s', offset: undefined, concurrency: undefined },
        { at: 0, timeout: undefined, timeZone: undefined },
      );

      expect([task.name, task.timeoutMs]).toEqual(['ReportTasks.send', 5_000]);
    });
  });

  describe('takes a rule that is undefined', () => {
    it.each([
      ['every', { every: undefined, cron: '0 0 * * *' }],
      ['schedule', { schedule: undefined, cron: '0 0 * * *' }],
      ['at', { at: undefined, cron: '0 0 * * *' }],
    ])('for absent when another one is given: %s', (_, options) => {
      const task = resolve({ ...options, timeZone: 'UTC' });

      expect(task.triggers.map(String)).toEqual(['cron 0 0 * * * (UTC)']);
    });

    it.each([
      ['every', InvalidDurationError],
      ['cron', InvalidCronError],
      ['at', InvalidTriggerError],
      ['schedule', InvalidTriggerError],
    ])('for a wrong value when it stands alone: %s', (rule, ErrorClass) => {
      expect(() => resolve({ [rule]: undefined })).toThrow(ErrorClass);
      expect(() => resolve({ [rule]: undefined })).toThrow(complaint({ got: undefined }));
    });
  });

  describe('knows the time zone of a cron trigger', () => {
    beforeEach(() => {
      resolver = resolverFor({ timeZone: 'Asia/Tokyo' });
    });

    it.each([
      ["that of the trigger, which beats the module's", { cron: '0 0 * * *', timeZone: 'UTC' }, '(UTC)'],
      ["the module's", { cron: '0 0 * * *' }, '(Asia/Tokyo)'],
    ])('%s', (_, options, zone) => {
      expect(String(resolve(options).triggers[0])).toContain(zone);
    });

    it('and gives none to other triggers', () => {
      expect(resolve({ every: '10s' }).triggers.map(String)).toEqual(['every 10s']);
    });
  });

  describe('orders the drain', () => {
    it('by the order of creation', () => {
      const orders = [1, 2, 3].map(() => resolve({ every: '10s' }).shutdownOrder);

      expect(orders).toEqual([0, 1, 2]);
    });

    it('by the number that the task states, of either sign, whole or not', () => {
      const orders = [-1, 0, 1.5].map(
        shutdownOrder => resolve({ every: '10s', shutdownOrder }).shutdownOrder,
      );

      expect(orders).toEqual([-1, 0, 1.5]);
    });

    it('and lets a task that is resolved anew keep its place', () => {
      const known = resolve({ every: '10s' });
      resolve({ every: '10s' });

      const again = resolver.resolve(rawTask({ every: '10s' }, { at: 0 }), known);

      expect(again.shutdownOrder).toBe(known.shutdownOrder);
    });
  });

  describe('layers the policy field by field', () => {
    const groups = new Map([['reports', group({ overlap: 'allowAll', retry: { retries: 5, delayMs: 5 } })]]);
    const module = { timeoutMs: 9, retry: { retries: 9, delayMs: 9, maxDelayMs: 9 } };
    const environment = { retry: { retries: 7 } };

    beforeEach(() => {
      resolver = resolverFor({ groups, layers: [module, environment] });
    });

    it.each([
      ['the task', { group: 'reports', retry: 2 }, 2],
      ['the task, with 0', { group: 'reports', retry: 0 }, 0],
      ['the group', { group: 'reports' }, 5],
      ['the module', {}, 9],
    ])('retries as often as %s says', (_, options, retries) => {
      expect(resolve({ every: '10s', ...options }).retry.retries).toBe(retries);
    });

    it('retries as often as the environment says when nobody else says it', () => {
      resolver = resolverFor({ layers: [{}, environment] });

      expect(resolve({ every: '10s' }).retry.retries).toBe(7);
    });

    it('takes the other fields of retry from where they are said', () => {
      const { retry } = resolve({ every: '10s', group: 'reports', retry: { retries: 1, jitter: 'full' } });

      expect(retry).toMatchObject({ retries: 1, jitter: 'full', delayMs: 5, maxDelayMs: 9 });
    });

    it('takes all else alike', () => {
      const task = resolve({ every: '10s', group: 'reports', logFormatter: 'json' });

      expect(task).toMatchObject({ logFormatter: jsonFormatter, overlap: 'allowAll', timeoutMs: 9 });
    });

    it('gives nothing of a group to a task without one', () => {
      expect(resolve({ every: '10s' }).overlap).toBe('skip');
    });

    it('finds the group on another decorator than the one that schedules', () => {
      expect(resolve({ every: '10s' }, { group: 'reports' }).overlap).toBe('allowAll');
    });
  });

  describe('refuses', () => {
    it.each([
      ['an option', { every: '10s', tiemout: '5s' }, "got 'tiemout'. Did you mean 'timeout'?"],
      ['the name that another library has for it', { cron: '* * * * *', timezone: 'UTC' }, "'timeZone'"],
      ['a decorator’s options that are no object', null as unknown as object, 'an object of options'],
    ])('what it does not know of, and says what may be meant: %s', (_, options, message) => {
      const raw = { ...rawTask(), declarations: [{ where: 'ReportTasks.send: @Every', options }] };

      expect(() => resolver.resolve(raw)).toThrow(InvalidOptionError);
      expect(() => resolver.resolve(raw)).toThrow(message);
      expect(() => resolver.resolve(raw)).toThrow(/^ReportTasks\.send: @Every expects /);
    });

    it('a heartbeat without its door, which alone reads it', () => {
      const heartbeat = { url: 'https://hc-ping.com/1' };
      const app = { layers: [], groups: new Map(), timeZone: undefined };
      const withDoor = new TaskResolver(app, { doorOptions: new Set(['heartbeat']) });

      expect(() => resolve({ every: '10s', heartbeat })).toThrow(
        'ReportTasks.send: @Every: heartbeat expects StsHeartbeatModule among the imports of the root module, got none.',
      );
      expect(withDoor.resolve(rawTask({ every: '10s', heartbeat })).heartbeat).toEqual(heartbeat);
    });

    it.each([
      [
        'https://hc-ping.com/1',
        "an object of options, got 'https://hc-ping.com/1'. Write { url: 'https://hc-ping.com/1' }.",
      ],
      [{ url: 'hc-ping.com/1' }, 'the address of a check'],
      [{ url: undefined }, 'the address of a check'],
      [{ address: 'https://x' }, 'known options only'],
    ])('a heartbeat that has no address: %o', (heartbeat, expected) => {
      const act = () => resolve({ every: '10s', heartbeat });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(/^ReportTasks\.send: @Every: heartbeat/);
      expect(act).toThrow(expected);
    });

    it.each([
      ['offset', { cron: '0 0 * * *', offset: '4h' }, '@Cron', 'every'],
      ['offset', { at: 0, offset: '4h' }, '@At', 'every'],
      ['offset', { offset: '4h' }, '@Manual', 'every'],
      ['timeZone', { at: 0, timeZone: 'UTC' }, '@At', 'cron'],
      ['timeZone', { timeZone: 'UTC' }, '@Manual', 'cron'],
    ])('%s beside another trigger than its own: %o', (key, options, decorator, kind) => {
      const act = () => resolve(options);

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(
        complaint({
          where: `ReportTasks.send: ${decorator}: ${key}`,
          expected: `a trigger of the kind ${kind}`,
          remedy: `\`${key}\` belongs to the trigger: write it beside \`${kind}\`.`,
        }),
      );
    });

    it.each<[Form, string]>([
      ['decorator', '@Cron(…, { timeZone })'],
      ['verb', 'scheduleCron(task, …, { timeZone })'],
      ['fields', '{ cron, timeZone }'],
    ])('a time zone beside a period, which is counted in UTC (%s)', (form, remedy) => {
      for (const key of ['timeZone', 'tz']) {
        const act = () => resolveAs(form, { every: '1d', [key]: 'Europe/Paris' });

        expect(act).toThrow(InvalidOptionError);
        expect(act).toThrow(
          `x: ${key} expects a trigger of the kind cron, got 'Europe/Paris'.` +
            ` Periods are counted from the epoch in UTC: use ${remedy} for wall-clock times.`,
        );
      }
    });

    it.each<[string, object, abstract new (...args: never[]) => Error, [string, string, string]]>([
      [
        'a cron expression for a period',
        { every: '0 0 * * *' },
        InvalidDurationError,
        ['@Cron for a cron expression', 'scheduleCron for a cron expression', '`cron` for a cron expression'],
      ],
      [
        'an alias for a period',
        { every: '@daily' },
        InvalidDurationError,
        ['@Cron for a cron expression', 'scheduleCron for a cron expression', '`cron` for a cron expression'],
      ],
      [
        'an expression that is itself wrong',
        { every: '0 0 0 31 2 MON' },
        InvalidDurationError,
        ['@Cron for a cron expression', 'scheduleCron for a cron expression', '`cron` for a cron expression'],
      ],
      [
        'a duration for an expression',
        { cron: '10s' },
        InvalidCronError,
        ['@Every for a duration', 'scheduleEvery for a duration', '`every` for a duration'],
      ],
      [
        'a number of ms for an expression',
        { cron: 500 },
        InvalidCronError,
        ['@Every for a duration', 'scheduleEvery for a duration', '`every` for a duration'],
      ],
      [
        'a duration for an instant',
        { at: '10s' },
        InvalidTriggerError,
        ['@Every for a duration', 'scheduleEvery for a duration', '`every` for a duration'],
      ],
      [
        'a duration for a trigger',
        { schedule: '10s' },
        InvalidTriggerError,
        ['@Every for a duration', 'scheduleEvery for a duration', '`every` for a duration'],
      ],
      [
        'a Date for a period',
        { every: new Date(0) },
        InvalidDurationError,
        ['@At for an instant', 'scheduleOnce for an instant', '`at` for an instant'],
      ],
      [
        'a date in text for a period',
        { every: '2026-12-24T18:00:00Z' },
        InvalidDurationError,
        ['@At for an instant', 'scheduleOnce for an instant', '`at` for an instant'],
      ],
    ])('%s, and says what takes it', (_, options, ErrorClass, remedies) => {
      for (const [i, form] of (['decorator', 'verb', 'fields'] as const).entries()) {
        expect(() => resolveAs(form, options)).toThrow(ErrorClass);
        expect(() => resolveAs(form, options)).toThrow(complaint({ remedy: `Use ${remedies[i]}.` }));
      }
    });

    it.each([
      ['a duration', { every: '10x' }],
      ['an offset', { every: '10s', offset: '0 0 * * *' }],
      ['an expression', { cron: '0 25 * * *' }],
      ['a date in English', { at: 'Thu, 24 Dec 2026 18:00:00 GMT' }],
      ['an instant', { at: NaN }],
      ['a period', { every: NaN }],
    ])('what no other rule takes, without such a hint: %s', (_, options) => {
      expect(() => resolve(options)).toThrow(/^(?!.*Use )/);
    });

    it('two rules in one place, and says to add one after the other', () => {
      const act = () => resolve({ every: '10s', cron: '0 0 * * *' });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(
        complaint({ expected: 'one of every, cron, at, schedule', got: ['every', 'cron'] }),
      );
    });

    it.each([
      ['name', 'send', 'sent'],
      ['group', 'a', 'b'],
      ['timeout', '5s', '6s'],
      ['overlap', 'skip', 'allowAll'],
      ['retry', 1, 0],
      ['shutdownOrder', 0, 1],
      ['shutdownGrace', '5s', 5_000],
      ['logFormatter', 'text', 'json'],
    ])('one key with two values, naming both places: %s', (key, one, other) => {
      const act = () => resolve({ every: '10s', [key]: one }, { at: 0, [key]: other });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(
        complaint({
          where: `ReportTasks.send: @At: ${key}`,
          expected: expect.stringContaining('the value that ReportTasks.send: @Every gives') as string,
          got: other,
          remedy: 'Give it once.',
        }),
      );
    });

    it.each([[''], [' send'], ['send '], [' '], [5], [{}]])('the name %o', name => {
      const act = () => resolve({ every: '10s', name });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(complaint({ where: 'ReportTasks.send: @Every: name', got: name }));
    });

    it('an empty name of the class or function itself, at the place where it stands', () => {
      const act = () => resolver.resolve({ ...rawTask({ every: '10s' }), name: '' });

      expect(act).toThrow(complaint({ where: 'ReportTasks.send in ReportModule: name' }));
    });

    it.each([[NaN], [Infinity], ['1'], [{}]])('the shutdownOrder %o', shutdownOrder => {
      const act = () => resolve({ every: '10s', shutdownOrder });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(complaint({ where: 'ReportTasks.send: @Every: shutdownOrder' }));
    });

    it.each([[null], [{}], [class Payload {}], ['string'], [{ '~standard': {} }], [(): void => {}]])(
      'the payload schema %o',
      payload => {
        const act = () => resolve({ payload });

        expect(act).toThrow(InvalidOptionError);
        expect(act).toThrow(complaint({ where: 'ReportTasks.send: @Manual: payload' }));
      },
    );

    it.each([
      ['a duration', { every: '10x' }, InvalidDurationError, '@Every'],
      ['a period of 0', { every: 0 }, InvalidTriggerError, '@Every'],
      ['an offset', { every: '10s', offset: '4x' }, InvalidDurationError, '@Every: offset'],
      ['a cron expression', { cron: '* *' }, InvalidCronError, '@Cron'],
      ['an instant', { at: 'tomorrow' }, InvalidTriggerError, '@At'],
      ['a trigger', { schedule: {} }, InvalidTriggerError, '@Schedule'],
      ['a timeout', { every: '10s', timeout: '5x' }, InvalidDurationError, '@Every: timeout'],
      ['a retry', { every: '10s', retry: -1 }, InvalidOptionError, '@Every: retry'],
    ])('a wrong value where it stands: %s', (_, options, ErrorClass, place) => {
      expect(() => resolve(options)).toThrow(ErrorClass);
      expect(() => resolve(options)).toThrow(complaint({ where: `ReportTasks.send: ${place}` }));
    });
  });

  describe('knows groups', () => {
    it('takes any name while the module names none', () => {
      expect(resolve({ every: '10s', group: 'reports' }).group).toBe('reports');
    });

    it('refuses one that the module does not name, and says which it does', () => {
      resolver = resolverFor({
        groups: new Map([
          ['reports', group()],
          ['mail', group()],
        ]),
      });

      const act = () => resolve({ every: '10s', group: 'report' });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(
        "ReportTasks.send: @Every: group expects a group of the module's `groups`: reports, mail, got 'report'. Did you mean 'reports'?",
      );
    });

    it.each([
      ['while the module names none', new Map<string, GroupPolicy>()],
      ['when it names some', new Map([['reports', group()]])],
    ])('refuses a group that is no text, %s', (_, groups) => {
      resolver = resolverFor({ groups });

      const act = () => resolve({ every: '10s', group: 5 });

      expect(act).toThrow(InvalidOptionError);
      expect(act).toThrow(complaint({ where: 'ReportTasks.send: @Every: group', got: 5 }));
    });
  });
});
