import { describe, expect, it } from 'vitest';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { story, type Work } from './story.js';

interface Timeline {
  readonly name: string;
  readonly module?: StsModuleOptions;
  readonly schedule: ScheduleOptions;
  readonly work?: Work;
  /** In seconds. */
  readonly pass?: number;
  readonly told: readonly string[];
}

/** One task, due each 10 s unless said otherwise, for a minute. */
const timelines: Record<string, readonly Timeline[]> = {
  overlap: [
    {
      name: 'skip leaves out what is due while a run goes on',
      schedule: { every: '10s' },
      work: { takes: 25 },
      told: [
        '10 success 10-35',
        '20 skipped overlap',
        '30 skipped overlap',
        '50 skipped overlap',
        '60 skipped overlap',
      ],
    },
    {
      name: 'bufferOne lets the first of them wait',
      schedule: { every: '10s', overlap: 'bufferOne' },
      work: { takes: 25 },
      told: ['10 success 10-35', '20 success 35-60', '30 skipped bufferFull', '50 skipped bufferFull'],
    },
    {
      name: 'bufferAll lets all wait, in order',
      schedule: { every: '10s', overlap: 'bufferAll' },
      work: { takes: 15 },
      told: ['10 success 10-25', '20 success 25-40', '30 success 40-55'],
    },
    {
      name: 'bufferAll up to its size',
      schedule: { every: '10s', overlap: 'bufferAll', bufferSize: 2 },
      work: { takes: 100 },
      told: ['40 skipped bufferFull', '50 skipped bufferFull', '60 skipped bufferFull'],
    },
    {
      name: 'cancelOther cancels the earlier one, and starts when it has ended',
      schedule: { every: '10s', overlap: 'cancelOther' },
      work: { takes: 15 },
      told: [10, 20, 30, 40, 50].map(at => `${at} cancelled superseded ${at}-${at + 10}`),
    },
    {
      name: 'cancelOther waits 5 s for a handler that does not obey',
      schedule: { every: '10s', overlap: 'cancelOther' },
      work: { takes: 1, deaf: true },
      told: [
        '10 cancelled superseded 10-25',
        '20 cancelled superseded 25-35',
        '30 cancelled superseded 35-45',
        '40 cancelled superseded 45-55',
      ],
    },
    {
      name: 'cancelOther supersedes what waits, too',
      schedule: { every: '2s', overlap: 'cancelOther' },
      work: { takes: 1, deaf: true },
      pass: 10,
      told: ['2 cancelled superseded 2-9', '4 skipped superseded', '6 skipped superseded'],
    },
    {
      name: 'allowAll lets them run side by side',
      schedule: { every: '10s', overlap: 'allowAll' },
      work: { takes: 15 },
      told: ['10 success 10-25', '20 success 20-35', '30 success 30-45', '40 success 40-55'],
    },
    {
      name: 'allowAll up to its concurrency; others wait',
      schedule: { every: '10s', overlap: 'allowAll', concurrency: 2 },
      work: { takes: 25 },
      told: ['10 success 10-35', '20 success 20-45', '30 success 35-60'],
    },
  ],
  'overlap and retry': [
    {
      name: 'a wait for a retry holds the slot',
      schedule: { every: '10s', retry: { retries: 1, delay: '15s' } },
      work: { fails: ({ attempt }) => attempt === 1 },
      told: [
        '10 success 10-25',
        '20 skipped overlap',
        '30 success 30-45',
        '40 skipped overlap',
        '60 skipped overlap',
      ],
    },
    {
      name: 'cancelOther ends a wait for a retry at once',
      schedule: { every: '10s', overlap: 'cancelOther', retry: { retries: 1, delay: '1h' } },
      work: { fails: true },
      told: [10, 20, 30, 40, 50].map(at => `${at} cancelled superseded ${at}-${at + 10}`),
    },
  ],
  'timeout and overlap': [
    {
      name: 'a timeout frees the slot, even when the handler goes on',
      schedule: { every: '10s', timeout: '12s' },
      work: { takes: 1, deaf: true },
      told: [
        '10 timeout 10-22',
        '20 skipped overlap',
        '30 timeout 30-42',
        '40 skipped overlap',
        '60 skipped overlap',
      ],
    },
    {
      name: 'a timeout starts what waits',
      schedule: { every: '10s', overlap: 'bufferOne', timeout: '12s' },
      work: { takes: 1_000 },
      told: ['10 timeout 10-22', '20 timeout 22-34', '30 timeout 34-46', '40 timeout 46-58'],
    },
  ],
  limits: [
    {
      name: 'startAt and endAt bound what is due',
      schedule: { every: '10s', startAt: '2026-01-01T00:00:20Z', endAt: '2026-01-01T00:00:40Z' },
      told: ['20 success 20-20', '30 success 30-30'],
    },
    {
      name: 'maxRuns ends it; a skip is no run',
      schedule: { every: '10s', maxRuns: 2 },
      work: { takes: 15 },
      told: ['10 success 10-25', '20 skipped overlap', '30 success 30-45'],
    },
    {
      name: 'runOnStart is one run more',
      schedule: { every: '30s', runOnStart: true },
      told: ['0 success 0-0', '30 success 30-30', '60 success 60-60'],
    },
    {
      name: 'runOnStart may wait',
      schedule: { every: '30s', runOnStart: '7s' },
      told: ['7 success 7-7', '30 success 30-30', '60 success 60-60'],
    },
    {
      name: 'exclude leaves out instants',
      schedule: { every: '10s', exclude: [Date.UTC(2026, 0, 1, 0, 0, 20), '2026-01-01T00:00:40Z'] },
      told: [
        '10 success 10-10',
        '20 skipped excluded',
        '30 success 30-30',
        '40 skipped excluded',
        '50 success 50-50',
        '60 success 60-60',
      ],
    },
    {
      name: 'exclude leaves out whole days of the zone',
      schedule: { cron: '0 0 * * *', timeZone: 'Asia/Tokyo', exclude: ['2026-01-03'] },
      pass: 3 * 86_400,
      told: ['54000 success 54000-54000', '140400 skipped excluded', '226800 success 226800-226800'],
    },
    {
      name: 'exclude as a function; one that throws loses no run',
      schedule: {
        every: '20s',
        exclude: dueAt => {
          if (dueAt % 60_000 === 0) throw new Error('a bug');
          return dueAt % 40_000 === 0;
        },
      },
      told: ['20 success 20-20', '40 skipped excluded', '60 success 60-60'],
    },
    {
      name: 'enabled: false skips all',
      schedule: { every: '30s', enabled: false, runOnStart: true },
      told: ['0 skipped disabled', '30 skipped disabled', '60 skipped disabled'],
    },
    {
      name: 'the process runs so many at once, and others wait',
      module: { concurrency: 1 },
      schedule: { every: '10s', overlap: 'allowAll' },
      work: { takes: 15 },
      told: ['10 success 10-25', '20 success 25-40', '30 success 40-55'],
    },
  ],
};

describe.each(Object.entries(timelines))('%s', (_, cases) => {
  it.each(cases)('$name', async ({ module, schedule, work, pass = 60, told }) => {
    const scheduler = await story(module);
    scheduler.task('T', schedule, work);

    await scheduler.pass(pass);

    expect(scheduler.told('T')).toEqual(told);
    await scheduler.end();
    expect(scheduler.clock.pending).toBe(0);
  });
});

describe('jitter', () => {
  it('starts each run some time after its instant, the same in every process, before the next', async () => {
    const tellAll = async () => {
      const scheduler = await story();
      scheduler.task('T', { every: '10s', jitter: '1h' });
      await scheduler.pass(60);
      const runs = scheduler.ended().map(({ dueAt, startedAt }) => [dueAt, startedAt! - dueAt] as const);
      await scheduler.end();
      return runs;
    };

    const [first, second] = [await tellAll(), await tellAll()];

    expect(first).toEqual(second);
    const delays = first.map(([, ms]) => ms);
    expect(new Set(delays).size).toBeGreaterThan(3);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(10_000);
  });
});
