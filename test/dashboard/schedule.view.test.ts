import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scheduleOf } from '../../lib/dashboard/schedule.view.js';
import { START, story } from '../timeline/story.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let scheduler: Awaited<ReturnType<typeof story>>;
beforeEach(async () => void (scheduler = await story()));
afterEach(() => scheduler.end());

const schedule = (from = START, to = START + 24 * HOUR) => scheduleOf(scheduler, from, to);
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe('what is due', () => {
  it('is counted in each minute, from the first on and before the last instant', async () => {
    scheduler.task('T', { every: '30m' });

    const { counts, tasks } = await schedule(START, START + HOUR);

    expect(counts).toHaveLength(60);
    expect([counts[0], counts[1], counts[30], total(counts)]).toEqual([1, 0, 1, 2]);
    expect(tasks).toEqual([{ name: 'T', count: 2, isEstimate: false }]);
  });

  it('meets where tasks are due together, the most first', async () => {
    scheduler.task('noon', { cron: '0 12 * * *', timeZone: 'UTC' });
    scheduler.task('noon too', { cron: '0 12 * * *', timeZone: 'UTC' });
    scheduler.task('six', { cron: '0 6,12 * * *', timeZone: 'UTC' });
    scheduler.task('dawn', { cron: '0 6 * * *', timeZone: 'UTC' });
    scheduler.task('often', { every: '1m' });

    const { peaks } = await schedule();

    expect(peaks).toEqual([
      { at: START + 12 * HOUR, count: 3, tasks: ['noon', 'noon too', 'six'] },
      { at: START + 6 * HOUR, count: 2, tasks: ['six', 'dawn'] },
    ]);
  });

  it('is the earlier one first where as many are due together', async () => {
    for (const name of ['a', 'b']) scheduler.task(name, { cron: '0 18,3 * * *', timeZone: 'UTC' });

    const { peaks } = await schedule();

    expect(peaks.map(({ at }) => (at - START) / HOUR)).toEqual([3, 18]);
  });

  it('leaves out what is switched off, paused, or never due again', async () => {
    scheduler.task('off', { every: '1h', enabled: false });
    scheduler.task('paused', { every: '1h' });
    scheduler.task('over', { every: '1m', maxRuns: 1 });
    await scheduler.pass(60);
    await scheduler.registry.pause('paused');

    expect((await schedule()).tasks).toEqual([]);
  });

  it.each([
    ['each 10 s', { every: '10s' }, 8_640],
    ['each 7 s', { every: '7s' }, 12_343],
    ['each 10 ms', { every: '10ms' }, 8_640_000],
    ['each second of two hours', { cron: '* * 3,20 * * *', timeZone: 'UTC' }, 7_200],
    ['each second of a minute each hour', { cron: '* 5 * * * *', timeZone: 'UTC' }, 1_440],
  ] as const)('is estimated well of what is due %s', async (_often, rule, count) => {
    scheduler.task('T', rule);

    const { counts, tasks } = await schedule();

    expect(tasks[0]!.count / count).toBeCloseTo(1, 2);
    expect(total(counts)).toBe(tasks[0]!.count);
  });

  it('stays in the hours of its rule when it is estimated', async () => {
    scheduler.task('T', { cron: '* * 3,20 * * *', timeZone: 'UTC' });

    const { counts, tasks } = await schedule();
    const hours = counts.flatMap((count, minute) => (count > 0 ? [Math.floor(minute / 60)] : []));

    expect(tasks).toMatchObject([{ isEstimate: true }]);
    expect([...new Set(hours)]).toEqual([3, 20]);
    expect(counts[20 * 60 + 30]).toBe(60);
  });

  it('is not what is excluded', async () => {
    scheduler.task('T', { cron: '0 6,12 * * *', timeZone: 'UTC', exclude: [START + 6 * HOUR] });
    scheduler.task('often', { every: '10s', exclude: at => at < START + 12 * HOUR });

    const { tasks, counts } = await schedule();

    expect(tasks.map(({ count }) => count)).toEqual([1, 4_320]);
    expect([counts[360], counts[720]]).toEqual([0, 7]);
  });

  it('goes on when a function that excludes throws, and tells nobody', async () => {
    const exclude = () => {
      throw new Error('no rules');
    };
    scheduler.task('T', { every: '6h', exclude });

    expect((await schedule()).tasks).toMatchObject([{ count: 4 }]);
    expect(scheduler.types()).not.toContain('policyFailed');
  });

  it('begins again when a pause may end by itself', async () => {
    const errorThreshold = { failures: 1, action: 'pause', resumeAfter: '10h' } as const;
    scheduler.task('T', { every: '6h', errorThreshold }, { fails: true });
    await scheduler.pass(6 * 3_600);
    const { until } = scheduler.registry.get('T').paused!;

    const { tasks, counts } = await schedule(START + 6 * HOUR, START + 30 * HOUR);

    expect(until).toBe(START + 16 * HOUR);
    expect(tasks).toMatchObject([{ count: 2 }]);
    expect(counts.indexOf(1)).toBe(12 * 60);
    expect((await schedule(START, START + 15 * HOUR)).tasks).toEqual([]);
  });

  it('is asked for less of each task where there are many', async () => {
    for (let i = 0; i < 1_000; i++) scheduler.task(`${i}`, { every: '1m' });
    const { tasks, counts } = await schedule();

    expect(tasks.every(({ count, isEstimate }) => count === 1_440 && isEstimate)).toBe(true);
    expect(new Set(counts)).toEqual(new Set([1_000]));
  });

  it('lets other work go on meanwhile', async () => {
    for (let i = 0; i < 10; i++) scheduler.task(`${i}`, { every: '1m' });
    let turns = 0;
    const count = () => (turns++, (immediate = setImmediate(count)));
    let immediate = setImmediate(count);

    await schedule();
    clearImmediate(immediate);

    expect(turns).toBeGreaterThan(0);
  });
});
