import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../lib/errors.js';
import { mergeDeclarations, refuseWrongKeys } from '../../lib/task/task.declaration.js';
import { rawTask } from './sample.task.js';

const merged = (...options: readonly object[]) => {
  const { declarations, place } = rawTask(...options);
  return mergeDeclarations(declarations, place);
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
