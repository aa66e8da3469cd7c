import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../lib/errors.js';
import type { Form } from '../../lib/task/rule.hint.js';
import { mergeDeclarations, refuseWrongKeys } from '../../lib/task/task.declaration.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { rawTask } from './sample.task.js';

const merged = (...options: readonly object[]) => {
  const { declarations, place } = rawTask(...options);
  return mergeDeclarations(declarations, [], place);
};

describe('mergeDeclarations', () => {
  it('takes each option from the declaration that has it, and leaves the rules alone', () => {
    const { options } = merged({ every: '10s', offset: '1s', timeout: '5s' }, { at: 0, name: 'send' });

    expect(options).toEqual({ timeout: '5s', name: 'send' });
  });

  it('knows which declaration said an option, and the place of the task for what none said', () => {
    const { whereOf } = merged({ every: '10s', timeout: '5s' }, { at: 0, name: 'send' });

    expect(['timeout', 'name', 'group'].map(whereOf)).toEqual([
      'ReportTasks.send: @Every: timeout',
      'ReportTasks.send: @At: name',
      'ReportTasks.send in ReportModule: group',
    ]);
  });

  it('lets an undefined erase nothing', () => {
    const { options } = merged({ every: '10s', timeout: '5s' }, { at: 0, timeout: undefined });

    expect(options).toEqual({ timeout: '5s' });
  });

  it('has no options when there are no declarations', () => {
    expect(merged().options).toEqual({});
  });

  it.each([
    ['two objects that look alike', { retry: { retries: 3 } }, { retry: { retries: 3 } }],
    ['two spellings of one duration', { timeout: '1m' }, { timeout: '60s' }],
  ])('refuses %s: what is given twice is soon given differently', (_, one, other) => {
    expect(() => merged({ every: '10s', ...one }, { at: 0, ...other })).toThrow(InvalidOptionError);
  });

  it('accepts NaN twice, whose value is refused where it is read', () => {
    expect(() => merged({ every: '10s', shutdownOrder: NaN }, { at: 0, shutdownOrder: NaN })).not.toThrow();
  });
});

describe('refuseWrongKeys', () => {
  it.each([
    [{ every: '10s', offset: '1s' }],
    [{ cron: '0 0 * * *', timeZone: 'UTC' }],
    [{ at: 0 }],
    [{ schedule: { next: () => null } }],
    [{}],
    [{ name: 'send', group: 'mail', timeout: '5s', retry: 3, payload: {}, shutdownOrder: 1 }],
  ])('accepts %o', options => {
    const [declaration] = rawTask(options).declarations;

    expect(() => refuseWrongKeys(declaration!)).not.toThrow();
  });
});

describe('refuseWrongKeys, of a key that is not known,', () => {
  const TASK_KEYS =
    'overlap, bufferSize, misfire, misfireGrace, timeout, retry, shutdownGrace, logFormatter, enhancers, name, group, payload, shutdownOrder, ' +
    'enabled, concurrency, priority, errorThreshold, maxRuns, runOnStart, catchUp, onCrash, heartbeat';
  const BESIDE = 'jitter, startAt, endAt, exclude';
  const refuse = (options: object, form?: Form) => () =>
    refuseWrongKeys({ where: 'x', options: options as ScheduleOptions, form });

  it.each<[string, object, Form | undefined, string]>([
    ['@Every', { every: '10s' }, undefined, `${TASK_KEYS}, offset, ${BESIDE}`],
    ['@Cron', { cron: '0 0 * * *' }, undefined, `${TASK_KEYS}, timeZone, ${BESIDE}`],
    ['@At', { at: 0 }, undefined, `${TASK_KEYS}, ${BESIDE}`],
    ['@Manual', {}, undefined, TASK_KEYS],
    ['addTask with a rule', { every: '10s' }, 'fields', `${TASK_KEYS}, offset, ${BESIDE}`],
    ['addTask without one', {}, 'fields', `every, cron, at, schedule, ${TASK_KEYS}`],
  ])('lists what %s takes', (_, options, form, known) => {
    expect(refuse({ ...options, colour: 1 }, form)).toThrow(
      `x expects known options only, got 'colour'. Known options: ${known}.`,
    );
  });

  it.each([
    ['a rule', { evry: '10s' }, 'every'],
    ['a rule, before what is said of its other options', { tz: 'UTC', corn: '0 0 * * *' }, 'cron'],
    ['an option of the rule', { cron: '0 0 * * *', tz: 'UTC' }, 'timeZone'],
    ['an option of the rule', { every: '10s', ofset: '1s' }, 'offset'],
  ])('asks whether the nearest is meant: %s', (_, options, meant) => {
    expect(refuse(options, 'fields')).toThrow(`Did you mean '${meant}'?`);
  });

  it('refuses a key that every object inherits', () => {
    expect(refuse({ every: '10s', constructor: 1 })).toThrow("got 'constructor'. Known options: ");
  });

  it('suggests no option that the decorator would refuse', () => {
    expect(refuse({ every: '10s', timZone: 'UTC' })).toThrow("got 'timZone'. Known options: ");
  });
});
