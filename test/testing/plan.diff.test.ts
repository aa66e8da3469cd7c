import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import {
  Cron,
  Every,
  InvalidOptionError,
  type CronTaskOptions,
  type StsModuleOptions,
} from '../../lib/index.js';
import { diffPlans, firePlan } from '../../lib/testing/index.js';
import { moduleWith } from './planned.tasks.js';

const WEEK = { from: '2026-03-23T00:00:00Z', to: '2026-03-30T00:00:00Z' };

/** The plan of a nightly task beside others. */
async function planWith(nightly: string, options: CronTaskOptions = { timeZone: 'UTC' }, span = WEEK) {
  class Tasks {
    @Cron(nightly, options) nightly() {}
    @Every('1d', { offset: '3h' }) backup() {}
    @Every('10m') poll() {}
  }
  return firePlan(moduleWith([Tasks]), span);
}

describe('diffPlans()', () => {
  it('says nothing of equal plans', async () => {
    const plan = await planWith('0 2 * * *');

    expect(diffPlans(plan, plan)).toEqual({
      isSame: true,
      tasks: { added: [], removed: [] },
      rules: [],
      switched: [],
      lost: [],
      added: [],
      moved: [],
      colliding: [],
      clockChanges: [],
      text: '',
    });
  });

  it('tells a task that moves, and whom it meets there', async () => {
    const diff = diffPlans(await planWith('0 2 * * *'), await planWith('0 3 * * *'));

    expect(diff.isSame).toBe(false);
    expect(diff.moved).toHaveLength(7);
    expect(diff.moved[0]).toEqual({
      task: 'Tasks.nightly',
      from: '2026-03-23T02:00:00Z',
      to: '2026-03-23T03:00:00Z',
    });
    expect([diff.lost, diff.added]).toEqual([[], []]);
    expect(diff.colliding).toEqual([
      { tasks: ['Tasks.backup', 'Tasks.nightly'], count: 7, first: '2026-03-23T03:00:00Z' },
    ]);
    expect(diff.text).toBe(`Tasks.nightly
  - cron 0 2 * * * (UTC)
  + cron 0 3 * * * (UTC)
  7 runs moved by 1h: 2026-03-23T02:00:00Z to 2026-03-23T03:00:00Z, 2026-03-24T02:00:00Z to 2026-03-24T03:00:00Z, 2026-03-25T02:00:00Z to 2026-03-25T03:00:00Z, and 4 more

Due together, as they were not before
  Tasks.backup and Tasks.nightly: 7 times, first at 2026-03-23T03:00:00Z
`);
  });

  it('tells runs that are lost, and added', async () => {
    const [daily, weekdays] = [await planWith('0 2 * * *'), await planWith('0 2 * * MON-FRI')];

    const fewer = diffPlans(daily, weekdays);
    const more = diffPlans(weekdays, daily);

    const weekend = ['2026-03-28T02:00:00Z', '2026-03-29T02:00:00Z'].map(at => ({
      task: 'Tasks.nightly',
      at,
    }));
    expect([fewer.lost, fewer.added, fewer.moved]).toEqual([weekend, [], []]);
    expect([more.lost, more.added, more.moved]).toEqual([[], weekend, []]);
    expect(fewer.text).toContain('  2 runs lost: 2026-03-28T02:00:00Z, 2026-03-29T02:00:00Z\n');
  });

  it('tells runs that a change of the clocks touches', async () => {
    const diff = diffPlans(
      await planWith('30 2 * * *'),
      await planWith('30 2 * * *', { timeZone: 'Europe/Paris' }),
    );

    expect(diff.clockChanges).toEqual([
      { task: 'Tasks.nightly', at: '2026-03-29T01:00:00Z', change: 'clocks forward' },
    ]);
    expect(diff.moved.at(-1)).toMatchObject({ from: '2026-03-29T02:30:00Z', to: '2026-03-29T01:00:00Z' });
    expect(diff.text).toContain('  1 run at a change of the clocks: 2026-03-29T01:00:00Z (clocks forward)\n');
    expect(diff.text).toContain('  7 runs moved: ');
  });

  it('tells tasks that are new or gone, and rules that name the same instants', async () => {
    class One {
      @Every('7d') same() {}
      @Every('1d', { jitter: '1m' }) spread() {}
    }
    class Other {
      @Every('168h', { name: 'One.same' }) same() {}
      @Every('1d', { jitter: '2m', name: 'One.spread' }) spread() {}
      @Every('7d') fresh() {}
    }
    const [before, after] = [
      await firePlan(moduleWith([One]), WEEK),
      await firePlan(moduleWith([Other]), WEEK),
    ];

    const diff = diffPlans(before, after);

    expect(diff.tasks).toEqual({ added: ['Other.fresh'], removed: [] });
    expect(diff.rules).toEqual([
      { task: 'One.same', before: ['every 7d'], after: ['every 168h'] },
      { task: 'One.spread', before: ['every 1d, jitter 1m'], after: ['every 1d, jitter 2m'] },
      { task: 'Other.fresh', before: [], after: ['every 7d'] },
    ]);
    expect([diff.lost, diff.moved]).toEqual([[], []]);
    expect(diff.added).toEqual([{ task: 'Other.fresh', at: '2026-03-26T00:00:00Z' }]);
    expect(diff.text).toContain('Other.fresh (new)\n  + every 7d\n  1 run added: 2026-03-26T00:00:00Z\n');
    expect(diffPlans(after, before).text).toContain('Other.fresh (gone)\n  - every 7d\n  1 run lost: ');
    // The daily task is due at each of these instants, and never met the new one.
    expect(diff.colliding.map(({ tasks }) => tasks)).toContainEqual(['One.spread', 'Other.fresh']);
  });

  it('tells a task that is switched off, on, or off for another reason', async () => {
    class Tasks {
      @Every('1d') backup() {}
    }
    const planOf = (options: StsModuleOptions) => firePlan(moduleWith([Tasks], options), WEEK);
    const on = await planOf({});
    const off = await planOf({ enabled: false });
    const overridden = await planOf({ overrides: { 'Tasks.backup': { enabled: false } } });
    const [place, otherPlace] = [
      'StsModule.forRoot(): enabled',
      'StsModule.forRoot(): overrides: Tasks.backup: enabled',
    ];

    const switchedOff = diffPlans(on, off);
    const switchedOn = diffPlans(off, on);
    const other = diffPlans(off, overridden);

    expect(switchedOff.switched).toEqual([{ task: 'Tasks.backup', before: null, after: place }]);
    expect([switchedOff.rules, switchedOff.lost.length]).toEqual([[], 7]);
    expect(switchedOff.text).toContain(`Tasks.backup\n  switched off (${place})\n  7 runs lost: `);
    expect(switchedOn.text).toContain(`Tasks.backup\n  switched on, was off (${place})\n  7 runs added: `);
    expect(other.text).toBe(`Tasks.backup\n  off (${otherPlace}), was off (${place})\n`);
    expect(other.isSame).toBe(false);
  });

  it('does not take a rhythm that is cut in two for a change', async () => {
    const [plan, longer] = [
      await planWith('0 2 * * *'),
      await planWith('0 2 * * *', { timeZone: 'UTC' }, { from: '2026-03-20T00:00:00Z', to: WEEK.to }),
    ];

    expect(diffPlans(plan, longer).isSame).toBe(true);
    expect(diffPlans(longer, plan).isSame).toBe(true);
  });

  it('compares the time that two plans have in common, whichever begins or ends first', async () => {
    const around = { from: '2026-03-20T00:00:00Z', to: '2026-04-02T00:00:00Z' };
    const [plan, longer, changed] = [
      await planWith('0 2 25 * *'),
      await planWith('0 2 22,25,31 * *', { timeZone: 'UTC' }, around),
      await planWith('0 2 22,26,31 * *', { timeZone: 'UTC' }, around),
    ];

    // What is outside differs, and is neither lost nor added.
    expect(diffPlans(plan, longer)).toMatchObject({ lost: [], added: [], moved: [] });
    expect(diffPlans(longer, plan)).toMatchObject({ lost: [], added: [], moved: [] });
    expect(diffPlans(plan, changed).moved).toEqual([
      { task: 'Tasks.nightly', from: '2026-03-25T02:00:00Z', to: '2026-03-26T02:00:00Z' },
    ]);
  });

  it('takes the order of decorators for no change', async () => {
    class One {
      @Every('6h') @Every('4h') work() {}
    }
    class Other {
      @Every('4h', { name: 'One.work' }) @Every('6h', { name: 'One.work' }) work() {}
    }
    const [before, after] = [
      await firePlan(moduleWith([One]), WEEK),
      await firePlan(moduleWith([Other]), WEEK),
    ];

    expect(before).not.toBe(after);
    expect(diffPlans(before, after).isSame).toBe(true);
  });

  it('compares more instants than fit into a set', () => {
    const head =
      'Fire plan from 2026-01-01T00:00:00Z to 2026-08-01T00:00:00Z\n\nTasks.tick\n  rule every 1s\n';
    const row = (count: number, from: string) =>
      `${head}  every 1s × ${count} from 2026-01-01T${from}Z to 2026-07-31T23:59:59Z\n`;
    const [whole, shifted] = [row(18_316_800, '00:00:00'), row(18_316_799, '00:00:01')];
    const other = whole.replace('every 1s ×', 'every 2s ×').replace('18316800', '9158400');

    expect(diffPlans(whole, shifted).lost).toEqual([{ task: 'Tasks.tick', at: '2026-01-01T00:00:00Z' }]);
    expect(() => diffPlans(whole, other.replace('59:59Z\n', '59:58Z\n'))).toThrow(
      'tells 1000000 runs of a task that differ, and of Tasks.tick there are more',
    );
  });

  it('reads a text with a byte order mark, and with the line ends of Windows', async () => {
    const plan = await planWith('0 2 * * *');

    expect(diffPlans(plan, `\uFEFF${plan.replaceAll('\n', '\r\n')}`).isSame).toBe(true);
  });

  it.each([
    ['Tasks.backup', '"Tasks.backup', 3],
    ['every 1d ×', 'every soon ×', 5],
    ['every 1d × 7', 'every 1d × 8', 5],
    ['  rule every 1d', '  rool every 1d', 4],
    ['from 2026-03-23T00', 'from 2026-13-23T00', 1],
  ])('names the line in which %s has become %s', async (right, wrong, line) => {
    const plan = await planWith('0 2 * * *');

    expect(() => diffPlans(plan, plan.replace(right, wrong))).toThrow(InvalidOptionError);
    expect(() => diffPlans(plan, plan.replace(right, wrong))).toThrow(
      `diffPlans(): after, line ${line} expects a fire plan`,
    );
  });

  it('refuses plans without any time in common', async () => {
    const [march, april] = [
      await planWith('0 2 * * *'),
      await planWith('0 2 * * *', {}, { from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00Z' }),
    ];

    expect(() => diffPlans(march, april)).toThrow(InvalidOptionError);
    expect(() => diffPlans(march, april)).toThrow('some time in common');
  });
});
