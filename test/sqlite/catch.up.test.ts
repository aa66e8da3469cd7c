import { describe, expect, it } from 'vitest';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { START, story } from '../timeline/story.js';
import { newFile, opened } from './sqlite.handles.js';

const HOUR = 3_600;

/** A task that runs for half an hour, is not looked after for three hours, and runs again for half an hour. */
async function told(options: ScheduleOptions) {
  const file = newFile();
  const schedule = { every: '30m', ...options } as ScheduleOptions;
  const first = await story({ runStore: sqliteRunStore(opened(file)) });
  first.task('T', schedule);
  await first.run();
  await first.pass(HOUR / 2);
  await first.end();
  const second = await story({ runStore: sqliteRunStore(opened(file)) }, START + 3.5 * HOUR * 1_000);
  second.task('T', schedule);
  await second.run();
  await second.pass(HOUR / 2);
  const runs = second.told('T');
  const causes = second.ended().map(({ cause }) => cause);
  await second.end();
  return { runs, causes };
}

describe('at the start after a downtime', () => {
  it('what was missed is one record, and nothing runs, without catchUp', async () => {
    expect((await told({})).runs).toEqual(['3600 skipped down ×6 to 12600', '14400 success 14400-14400']);
  });

  it('the latest of what was missed runs, with the cause catchUp', async () => {
    const { runs, causes } = await told({ catchUp: '2h' });

    expect(runs).toEqual([
      '3600 skipped down ×2 to 5400',
      '7200 skipped coalesced ×3 to 10800',
      '12600 success 12600-12600',
      '14400 success 14400-14400',
    ]);
    expect(causes).toEqual(['catchUp', 'catchUp', 'catchUp', 'schedule']);
  });

  it('all of it runs, in turn, under misfire all', async () => {
    const { runs } = await told({ catchUp: '1h', misfire: 'all' });

    expect(runs.slice(1)).toEqual([
      '10800 success 12600-12600',
      '12600 success 12600-12600',
      '14400 success 14400-14400',
    ]);
  });

  it('a task that is seen for the first time has missed nothing', async () => {
    const store = sqliteRunStore(opened(newFile()));
    const only = await story({ runStore: store }, START + HOUR * 1_000);
    only.task('T', { every: '30m', catchUp: '1d' });
    await only.run();
    await only.pass(HOUR / 2);

    expect(only.told('T')).toEqual(['5400 success 5400-5400']);
    await only.end();
  });

  it('a pause still holds', async () => {
    const file = newFile();
    const first = await story({ runStore: sqliteRunStore(opened(file)) });
    first.task('T', { every: '30m' });
    await first.run();
    await first.pass(1);
    await first.registry.pause('T', 'broken');
    await first.end();

    const second = await story({ runStore: sqliteRunStore(opened(file)) }, START + 60_000);
    second.task('T', { every: '30m' });
    await second.run();
    await second.pass(HOUR / 2);

    expect(second.told('T')).toEqual(['1800 skipped paused']);
    expect(second.registry.get('T').paused).toMatchObject({ reason: 'broken', scope: { task: 'T' } });
    await second.end();
  });
});

describe('catchUp', () => {
  it('is refused when no store outlives the process', async () => {
    const scheduler = await story();

    expect(() => scheduler.task('T', { every: '30m', catchUp: '1h' })).toThrow(
      'catchUp expects a run store that outlives the process, such as that of nestjs-sts/sqlite, got none.',
    );
    await scheduler.end();
  });
});
