import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { timelineOf } from '../../lib/dashboard/timeline.view.js';
import { START, story } from '../timeline/story.js';

let scheduler: Awaited<ReturnType<typeof story>>;
beforeEach(async () => void (scheduler = await story({ history: { perTask: 1_000, total: 100_000 } })));
afterEach(() => scheduler.end());

const at = (second: number) => START + second * 1_000;
const seconds = (ms: number) => (ms - START) / 1_000;

/** The runs from a second on and before another, by their due seconds. */
async function shown(from: number, to: number) {
  const span = { from: at(from), to: at(to), now: scheduler.clock.now() };
  const { items, cut } = await timelineOf(scheduler.registry, span);
  return { due: items.map(({ dueAt }) => seconds(dueAt)), cut, items };
}

describe('the timeline', () => {
  it('has the runs that touch a time, whenever they were due', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 8 });
    await scheduler.pass(42);

    expect((await shown(15, 30)).due).toEqual([10, 20]);
  });

  it('has what goes on, and no end of it', async () => {
    scheduler.task('T', { every: '10s', maxRuns: 1 }, { takes: 500 });
    await scheduler.pass(100);

    expect((await shown(90, 95)).items).toMatchObject([{ outcome: null, endedAt: null }]);
  });

  it('has skips until the last of their instants', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.registry.pause('T');
    await scheduler.pass(65);

    expect((await shown(55, 58)).items).toMatchObject([
      { dueAt: at(10), outcome: 'skipped', count: 6, lastDueAt: at(60) },
    ]);
    expect((await shown(61, 65)).due).toEqual([]);
  });

  it('has the newest 200 of each task, and says of which there were more', async () => {
    scheduler.task('often', { every: '1s' });
    scheduler.task('seldom', { every: '100s' });
    await scheduler.pass(300);

    const { due, cut } = await shown(0, 301);
    const later = await shown(102, 301);

    expect(due).toHaveLength(203);
    expect(cut).toEqual(['often']);
    expect(later.cut).toEqual([]);
  });

  it('has 10,000 marks at most: the longest lanes lose their oldest', async () => {
    for (let i = 0; i < 100; i++) scheduler.task(`often ${i}`, { every: '1s' });
    scheduler.task('seldom', { every: '100s' });
    await scheduler.pass(200);

    const { items, cut } = await shown(0, 201);
    const of = (name: string) => items.filter(({ task }) => task === name);

    expect(items.length).toBeGreaterThan(9_000);
    expect(items.length).toBeLessThanOrEqual(10_000);
    expect(of('seldom')).toHaveLength(2);
    expect(of('often 7').at(-1)!.dueAt).toBe(at(200));
    expect(cut).toHaveLength(100);
  });

  it('has the newest mark of each task, however many there are', async () => {
    for (let i = 0; i < 10_100; i++) scheduler.task(`${i}`, { every: '1m' });
    await scheduler.pass(60);

    expect((await shown(0, 61)).items).toHaveLength(10_100);
  }, 60_000);
});
