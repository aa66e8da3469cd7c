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

  it('is estimated of what is due very often', async () => {
    scheduler.task('T', { every: '10s' });

    const { counts, tasks } = await schedule();

    expect(tasks).toMatchObject([{ name: 'T', isEstimate: true }]);
    expect(tasks[0]!.count / (24 * 360)).toBeCloseTo(1, 2);
    expect(new Set(counts)).toEqual(new Set([6]));
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
