import { afterEach, beforeEach, expect, it } from 'vitest';
import { nextRunsOf } from '../../lib/dashboard/next.view.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { story } from '../timeline/story.js';

let scheduler: Awaited<ReturnType<typeof story>>;
beforeEach(async () => void (scheduler = await story()));
afterEach(() => scheduler.end());

function next(schedule: ScheduleOptions, after: string, count = 2) {
  scheduler.task('T', schedule);
  const runs = nextRunsOf(scheduler.table.get('T'), Date.parse(after), count);
  return runs.map(({ local, zone, note }) => [local, zone, note]);
}

it('names instants in UTC where a rule has no zone', () => {
  expect(next({ every: '1h' }, '2026-03-28T00:30:00Z', 1)).toEqual([
    ['2026-03-28 01:00:00 +00:00', 'UTC', null],
  ]);
});

it('says that the clocks have gone forward', () => {
  expect(next({ cron: '30 2 * * *', timeZone: 'Europe/Paris' }, '2026-03-28T02:00:00Z')).toEqual([
    [
      '2026-03-29 03:00:00 +02:00',
      'Europe/Paris',
      'The clocks have just gone forward, and have left out the time that the rule names.',
    ],
    ['2026-03-30 02:30:00 +02:00', 'Europe/Paris', null],
  ]);
});

it('says which pass it is of an hour that comes twice', () => {
  expect(next({ cron: '*/30 2 * * *', timeZone: 'Europe/Paris' }, '2026-10-25T00:10:00Z', 3)).toEqual([
    ['2026-10-25 02:30:00 +02:00', 'Europe/Paris', 'The clocks show this time twice; this is the first.'],
    ['2026-10-25 02:00:00 +01:00', 'Europe/Paris', 'The clocks show this time twice; this is the second.'],
    ['2026-10-25 02:30:00 +01:00', 'Europe/Paris', 'The clocks show this time twice; this is the second.'],
  ]);
});

it('goes on when another rule of the task throws', () => {
  const task = { name: 'T', run() {} };
  const from = Date.parse('2026-03-28T00:00:00Z');
  let isBroken = false;
  const broken = {
    next(after: number) {
      if (isBroken) throw new Error('broken');
      return after + 1;
    },
  };
  scheduler.scheduler.addTask(task, { schedule: broken });
  scheduler.scheduler.scheduleEvery(task, '1h');
  isBroken = true;

  expect(nextRunsOf(scheduler.table.get('T'), from, 1)).toMatchObject([{ zone: 'UTC', note: null }]);
});

it('names what a rule says, when it says something else each time', () => {
  let calls = 0;
  const fickle = { next: (after: number) => after + 1_000 * ++calls };

  expect(next({ schedule: fickle }, '2026-03-28T00:00:00Z', 1)).toMatchObject([
    [expect.any(String), 'UTC', null],
  ]);
});
