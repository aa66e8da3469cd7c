import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import {
  At,
  Cron,
  Every,
  InvalidOptionError,
  Manual,
  Schedule,
  type StsModuleOptions,
} from '../../lib/index.js';
import { firePlan } from '../../lib/testing/index.js';
import { parsePlan, planText } from '../../lib/testing/plan.text.js';
import { moduleWith, Untouchable } from './planned.tasks.js';

const PARIS = { timeZone: 'Europe/Paris' } as const;
const weekOf = (monday: string) => ({
  from: `${monday}T00:00:00Z`,
  to: new Date(Date.parse(`${monday}T00:00:00Z`) + 7 * 86_400_000),
});

describe('firePlan()', () => {
  it('tells every kind of task, in order of their names, with what clocks show', async () => {
    class Tasks {
      @Cron('30 2 * * *', { ...PARIS, jitter: '90s' }) nightly() {}
      @Cron('30 * * * *', { ...PARIS, startAt: '2026-03-28T22:00:00Z', endAt: '2026-03-29T03:00:00Z' })
      hourly() {}
      @Cron('0 9 * * MON-FRI', { timeZone: 'UTC', exclude: ['2026-03-25'] })
      @At('2026-03-28T12:00:00.250Z')
      work() {}
      @Every('10s', { name: 'a poll' }) poll() {}
      @Every('10s', { enabled: false }) off() {}
      @Manual() byHand() {}
      @Schedule({ next: after => (after < Date.UTC(2026, 2, 24) ? Date.UTC(2026, 2, 24) : null) }) own() {}
    }

    const plan = await firePlan(moduleWith([Tasks, Untouchable]), weekOf('2026-03-23'));

    expect(plan).toBe(`Fire plan from 2026-03-23T00:00:00Z to 2026-03-30T00:00:00Z

Tasks.byHand
  by hand only

Tasks.hourly
  rule cron 30 * * * * (Europe/Paris) from 2026-03-28T22:00:00.000Z until 2026-03-29T03:00:00.000Z
  every 1h × 5 from 2026-03-28T22:30:00Z to 2026-03-29T02:30:00Z = from 2026-03-28T23:30:00+01:00[Europe/Paris] to 2026-03-29T04:30:00+02:00[Europe/Paris]

Tasks.nightly
  rule cron 30 2 * * * (Europe/Paris), jitter 1m30s
  every 1d × 6 from 2026-03-23T01:30:00Z to 2026-03-28T01:30:00Z = from 2026-03-23T02:30:00+01:00[Europe/Paris] to 2026-03-28T02:30:00+01:00[Europe/Paris]
  at 2026-03-29T01:00:00Z = 2026-03-29T03:00:00+02:00[Europe/Paris], clocks forward

Tasks.off
  rule every 10s
  off (Tasks.off: @Every: enabled)

Tasks.own
  rule a trigger of its own
  at 2026-03-24T00:00:00Z

Tasks.work
  rule cron 0 9 * * MON-FRI (UTC)
  rule at 2026-03-28T12:00:00.250Z
  at 2026-03-23T09:00:00Z
  at 2026-03-24T09:00:00Z
  at 2026-03-26T09:00:00Z
  at 2026-03-27T09:00:00Z
  at 2026-03-28T12:00:00.250Z

a poll
  rule every 10s
  every 10s × 60480 from 2026-03-23T00:00:00Z to 2026-03-29T23:59:50Z
`);
  });

  it('tells both passes of a repeated hour', async () => {
    class Tasks {
      @Cron('*/30 2 * * *', PARIS) often() {}
    }

    const plan = await firePlan(moduleWith([Tasks]), {
      from: '2026-10-25T00:00:00Z',
      to: '2026-10-26T00:00:00Z',
    });

    expect(plan.split('\n').slice(4, -1)).toEqual([
      '  at 2026-10-25T00:00:00Z = 2026-10-25T02:00:00+02:00[Europe/Paris], first pass',
      '  at 2026-10-25T00:30:00Z = 2026-10-25T02:30:00+02:00[Europe/Paris], first pass',
      '  at 2026-10-25T01:00:00Z = 2026-10-25T02:00:00+01:00[Europe/Paris], second pass',
      '  at 2026-10-25T01:30:00Z = 2026-10-25T02:30:00+01:00[Europe/Paris], second pass',
    ]);
  });

  it('puts a row together from its first instant on, whatever stands before it', async () => {
    class Tasks {
      @Cron('0 9 * * MON-FRI', { timeZone: 'UTC' }) work() {}
    }

    const plan = await firePlan(moduleWith([Tasks]), {
      from: '2026-01-02T00:00:00Z',
      to: '2026-01-12T00:00:00Z',
    });

    expect(plan.split('\n').slice(4, -1)).toEqual([
      '  at 2026-01-02T09:00:00Z',
      '  every 1d × 5 from 2026-01-05T09:00:00Z to 2026-01-09T09:00:00Z',
    ]);
  });

  it('throws what a trigger of the app throws, rather than tell less', async () => {
    class Tasks {
      @Schedule({ next: () => 1 }) broken() {}
    }

    await expect(firePlan(moduleWith([Tasks]), weekOf('2026-03-23'))).rejects.toThrow('a later instant');
  });
});

describe('a task that is switched off', () => {
  class Tasks {
    @Every('12h', { jitter: '1m' }) @Cron('0 9 * * *', { timeZone: 'UTC' }) work() {}
    @Cron('-') never() {}
    @Manual() byHand() {}
  }
  const day = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const switches: readonly { options: StsModuleOptions; environment?: string; offBy: string }[] = [
    { options: { enabled: false }, offBy: 'StsModule.forRoot(): enabled' },
    { options: { only: ['Tasks.byHand'] }, offBy: 'StsModule.forRoot(): only' },
    {
      options: { overrides: { 'Tasks.work': { enabled: false } } },
      offBy: 'StsModule.forRoot(): overrides: Tasks.work: enabled',
    },
    { options: {}, environment: 'false', offBy: 'STS_ENABLED' },
  ];
  afterEach(() => {
    delete process.env['STS_ENABLED'];
  });

  it.each(switches)('keeps its rules, and says by what: $offBy', async ({ options, environment, offBy }) => {
    if (environment !== undefined) process.env['STS_ENABLED'] = environment;

    const plan = await firePlan(moduleWith([Tasks], options), day);

    expect(plan).toContain('\nTasks.byHand\n  by hand only\n');
    const work = plan.split('\n\n').find(task => task.startsWith('Tasks.work'));
    expect(work?.trimEnd()).toBe(`Tasks.work
  rule every 12h, jitter 1m
  rule cron 0 9 * * * (UTC)
  off (${offBy})`);
    expect(planText(parsePlan(plan, 'test'))).toBe(plan);
  });

  it('has no rule when its only trigger is one that is switched off', async () => {
    const plan = await firePlan(moduleWith([Tasks]), day);

    expect(plan).toContain('\nTasks.never\n  off (Tasks.never: @Cron)\n');
    expect(plan).toContain('\nTasks.byHand\n  by hand only\n');
  });
});

describe('parsePlan()', () => {
  it('reads what planText() wrote', async () => {
    class Tasks {
      @Cron('*/20 * * * *', PARIS) often() {}
      @Cron('30 2 * * *', { ...PARIS, name: '"quoted" name' }) nightly() {}
      @Cron('30 2 * * *', { timeZone: '-03:30', name: 'two\nlines' }) fixed() {}
      @Every('1d', { enabled: false }) off() {}
      @Manual() byHand() {}
    }
    const text = await firePlan(moduleWith([Tasks]), weekOf('2026-10-19'));

    expect(planText(parsePlan(text, 'test'))).toBe(text);
    expect(planText(parsePlan(text.replaceAll('\n', '\r\n'), 'test'))).toBe(text);
  });

  it.each([
    ['', 1],
    ['Fire plan from a to b', 1],
    ['Fire plan from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z\n\n  at 2026-01-01T00:00:00Z', 3],
    ['Fire plan from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z\n\nT\n  at noon', 4],
    [
      'Fire plan from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z\n\nT\n  at 2026-01-01T00:00:00Z, sometimes',
      4,
    ],
    [
      'Fire plan from 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z\n\nT\n  every 1h × 3 from 2026-01-01T00:00:00Z to 2026-01-01T04:00:00Z',
      4,
    ],
  ])('refuses %j, and names the line', (text, line) => {
    const call = () => parsePlan(text, 'test');

    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(`test, line ${line} expects a fire plan`);
  });
});

describe('an app without a scheduler', () => {
  it.each([
    { name: 'AppModule', complaint: 'got none. Import it in the module that you plan' },
    { name: 'StsModule', complaint: 'got that of another copy of nestjs-sts. `npm ls nestjs-sts`' },
  ])('is refused, with a remedy: $complaint', async ({ name, complaint }) => {
    const Other = { [name]: class {} }[name]!;
    Module({})(Other);

    const planned = firePlan({ imports: [Other] }, weekOf('2026-03-23'));

    await expect(planned).rejects.toThrow(InvalidOptionError);
    await expect(planned).rejects.toThrow(
      `The planned app expects StsModule.forRoot() among its imports, ${complaint}`,
    );
  });
});
