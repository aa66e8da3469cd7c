import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import type { ScheduleOptions } from '../../lib/task/task.options.js';
import { sqliteRunStore } from '../../lib/sqlite/index.js';
import { START, story, type Work } from '../timeline/story.js';
import { newFile, opened } from './sqlite.handles.js';

const HOUR = 3_600;

type Plan = Readonly<Record<string, { readonly work?: Work; readonly [option: string]: unknown }>>;
type Story = Awaited<ReturnType<typeof story>>;

/** Lives of one scheduler on one file. */
function lives() {
  const file = newFile();
  let ended: Story | undefined;
  return {
    /** Begins a life so many seconds after the first one began. */
    async begin(seconds: number, plan: Plan, options: StsModuleOptions = {}) {
      const runStore = sqliteRunStore(opened(file));
      const scheduler = await story({ ...options, runStore }, START + seconds * 1_000);
      for (const [name, { work, ...options }] of Object.entries(plan))
        scheduler.task(name, options as ScheduleOptions, work);
      await scheduler.run();
      await turn();
      return {
        ...scheduler,
        file,
        /** What was written is all that stays. */
        async crash() {
          await runStore.close?.();
          ended = scheduler;
        },
      };
    },
    crashed: () => ended,
  };
}

let last: Story | undefined;
afterEach(async () => {
  await last?.end();
  last = undefined;
});

describe('a task that was never due', () => {
  const nightly = { cron: '0 3 * * *', timeZone: 'UTC', catchUp: '1d' };

  it('catches up its first instant when the process was down then', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: nightly });
    await first.pass(60);
    await first.end();

    last = await begin(4 * HOUR, { T: nightly });
    await last.pass(1);

    expect(last.told('T')).toEqual(['10800 success 14400-14400']);
  });

  it('catches it up after a crash, too', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: nightly });
    await first.pass(60);
    await first.crash();

    last = await begin(4 * HOUR, { T: nightly });
    await last.pass(1);

    expect(last.told('T')).toEqual(['10800 success 14400-14400']);
  });

  it('has missed nothing when no process before knew it', async () => {
    const { begin } = lives();
    const first = await begin(0, { other: nightly });
    await first.end();

    last = await begin(4 * HOUR, { T: nightly });
    await last.pass(1);

    expect(last.told('T')).toEqual([]);
  });
});

describe('a task whose rule was changed while no process was there', () => {
  it('has missed only what its new rule names in that time', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: { every: '10m', catchUp: '1d' } });
    await first.pass(2 * HOUR);
    await first.end();

    last = await begin(3 * HOUR, { T: { cron: '0 1,2 * * *', timeZone: 'UTC', catchUp: '1d' } });
    await last.pass(1);

    expect(last.told('T')).toEqual([]);
  });

  it('runs what its new rule names in that time', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: { every: '10m', catchUp: '1d' } });
    await first.pass(2 * HOUR);
    await first.end();

    last = await begin(3 * HOUR, { T: { cron: '30 1,2 * * *', timeZone: 'UTC', catchUp: '1d' } });
    await last.pass(1);

    expect(last.told('T')).toEqual([`${2.5 * HOUR} success ${3 * HOUR}-${3 * HOUR}`]);
  });
});

describe('a clock that was ahead', () => {
  it('does not keep a task from catching up what it missed since it was set right', async () => {
    const { begin } = lives();
    const plan = { T: { every: '30m', catchUp: '1d' } };
    const first = await begin(0, plan);
    await first.pass(HOUR);
    await first.end();
    const ahead = await begin(24 * HOUR, plan);
    await ahead.pass(HOUR);
    await ahead.end();

    last = await begin(3 * HOUR, plan);
    await last.pass(1);

    expect(last.types()).toContain('clockSetBack');
    expect(last.told('T').at(-1)).toBe(`${3 * HOUR} success ${3 * HOUR}-${3 * HOUR}`);
  });
});

describe('runs that waited when their process died', () => {
  const busy = { every: '10s', overlap: 'bufferAll', work: { takes: 1_000 } } as const;
  const afterCrash = async (options: object) => {
    const { begin } = lives();
    const plan = { T: { ...busy, ...options } };
    const first = await begin(0, plan);
    await first.pass(45);
    await first.crash();
    last = await begin(48, { T: { ...plan.T, work: { takes: 1 } } });
    await last.pass(4.5);
    const records = await last.registry.runs('T');
    const { unaccounted } = await last.registry.stats();
    return {
      told: last.told('T'),
      unaccounted,
      ids: new Set(records.items.map(({ id }) => id)).size,
      all: records.items.length,
    };
  };

  it('are skipped as down without catchUp, and what had started is abandoned', async () => {
    const { told, unaccounted } = await afterCrash({});

    expect(told).toEqual(
      [
        '10 abandoned crash 10-48',
        '20 skipped down 48',
        '30 skipped down 48',
        '40 skipped down 48',
        '50 success 50-51',
      ].map(line => line.replace(/ 48$/, '')),
    );
    expect(unaccounted).toBe(0);
  });

  it('run within catchUp, each under its own id, under misfire all', async () => {
    const { told, unaccounted, ids, all } = await afterCrash({ catchUp: '1h', misfire: 'all' });

    expect(told).toEqual([
      '10 abandoned crash 10-48',
      '20 success 48-49',
      '30 success 49-50',
      '40 success 50-51',
      '50 success 51-52',
    ]);
    expect({ unaccounted, ids }).toEqual({ unaccounted: 0, ids: all });
  });

  it('are coalesced, and the latest runs', async () => {
    const { told, unaccounted } = await afterCrash({ catchUp: '1h' });

    expect(told.slice(1)).toEqual([
      '20 skipped coalesced',
      '30 skipped coalesced',
      '40 success 48-49',
      '50 success 50-51',
    ]);
    expect(unaccounted).toBe(0);
  });

  it('are older than what their task remembers', async () => {
    const { told } = await afterCrash({ catchUp: '10s', misfire: 'all' });

    expect(told.slice(1, 4)).toEqual(['20 skipped down', '30 skipped down', '40 success 48-49']);
  });

  it.each<[string, object, StsModuleOptions]>([
    ['the app is switched off', {}, { enabled: false }],
    ['only others run', {}, { only: [] }],
    ['their rule is disabled', { every: '-' }, {}],
    ['their task is disabled', { enabled: false }, {}],
  ])('do not run when %s', async (_, changed, options) => {
    const { begin } = lives();
    const queued = { ...busy, catchUp: '1d', misfire: 'all' };
    const first = await begin(0, { T: queued });
    await first.pass(35);
    await first.crash();

    last = await begin(36, { T: { ...queued, ...changed, work: {} } }, options);
    await last.pass(60);

    const runs = last.told('T').filter(line => line.includes('success'));
    expect(runs).toEqual([]);
    expect((await last.registry.stats()).unaccounted).toBe(0);
  });

  it('end as down when their task is there no more', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: busy });
    await first.pass(25);
    await first.crash();

    last = await begin(30, {});

    expect(last.told('T')).toEqual(['10 abandoned crash 10-30', '20 skipped down']);
    expect((await last.registry.stats()).unaccounted).toBe(0);
  });
});

describe('maxRuns', () => {
  const thrice = { T: { every: '10s', maxRuns: 3, catchUp: '1h', misfire: 'all' } } as const;

  it('counts the runs of earlier processes', async () => {
    const { begin } = lives();
    const first = await begin(0, thrice);
    await first.pass(25);
    await first.end();

    last = await begin(25, thrice);
    await last.pass(60);

    expect(last.told('T')).toEqual(['30 success 30-30']);
  });

  it('holds for what is caught up', async () => {
    const { begin } = lives();
    const first = await begin(0, thrice);
    await first.pass(15);
    await first.end();

    last = await begin(100, thrice);
    await last.pass(60);

    expect(last.told('T')).toEqual(['20 success 100-100', '30 success 100-100']);
    expect((await last.registry.stats()).unaccounted).toBe(0);
  });

  it('counts a run that its process did not survive, and none that only waited', async () => {
    const { begin } = lives();
    const slow = { T: { ...thrice.T, overlap: 'bufferAll', work: { takes: 100 } } } as const;
    const first = await begin(0, slow);
    await first.pass(25);
    await first.crash();

    last = await begin(26, thrice);
    await last.pass(60);

    expect(last.told('T')).toEqual(['10 abandoned crash 10-26', '20 success 26-26', '30 success 30-30']);
  });
});

describe('a task that is added at run time', () => {
  it('catches up what it missed', async () => {
    const { begin } = lives();
    const hourly = { every: '1h', catchUp: '1d' } as const;
    const first = await begin(0, {});
    first.task('T', hourly);
    await first.pass(HOUR / 2);
    await first.end();

    last = await begin(2.5 * HOUR, {});
    last.task('T', hourly);
    await last.pass(1);

    expect(last.told('T')).toEqual([
      `${HOUR} skipped coalesced`,
      `${2 * HOUR} success ${2.5 * HOUR}-${2.5 * HOUR}`,
    ]);
  });
});

describe('many tasks that catch up all', () => {
  it('share what a start may take', async () => {
    const { begin } = lives();
    const plan = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [
        `T${i}`,
        { every: '1s', catchUp: '1d', misfire: 'all', overlap: 'allowAll' } as const,
      ]),
    );
    const first = await begin(0, plan);
    await first.pass(2);
    await first.end();

    last = await begin(HOUR, plan);
    await last.pass(0.5);

    const { outcomes, skipped, unaccounted } = await last.registry.stats();
    expect(outcomes.success).toBe(50 * 200);
    expect({ expired: skipped.expired, unaccounted }).toEqual({
      expired: 50 * (HOUR - 2 - 200),
      unaccounted: 0,
    });
  });
});

describe('what waits when the scheduler stops', () => {
  it('is left to the next start, and runs there under its own id', async () => {
    const { begin } = lives();
    const queued = { every: '10s', overlap: 'bufferAll', catchUp: '1h', misfire: 'all' } as const;
    const first = await begin(0, { T: { ...queued, work: { takes: 15 } } });
    await first.pass(42);
    await first.end();
    const { unaccounted, going } = await first.registry.stats();
    const ended = first.told('T');

    last = await begin(55, { T: queued });
    await last.pass(1);

    expect({ unaccounted, going, ended }).toEqual({
      unaccounted: 0,
      going: 0,
      ended: ['10 success 10-25', '20 success 25-40', '30 cancelled drain 40-52'],
    });
    expect(last.told('T')).toEqual(['40 success 55-55', '50 success 55-55']);
  });

  it('is skipped as draining when nothing would catch it up', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: { every: '10s', overlap: 'bufferAll', work: { takes: 15 } } });
    await first.pass(22);
    await first.end();

    expect(first.told('T')).toEqual(['10 success 10-25', '20 skipped draining']);
  });
});

describe('a start that changes the tasks itself', () => {
  const hourly = { every: '1h', catchUp: '1d' } as const;

  it('runs nothing twice when a caught-up handler stops it, and it starts again', async () => {
    const { begin } = lives();
    const plan = { T: { ...hourly, misfire: 'all' }, U: { ...hourly, misfire: 'all' } };
    const first = await begin(0, plan);
    await first.end();

    const runStore = sqliteRunStore(opened(first.file));
    const second = await story({ runStore }, START + 3.5 * HOUR * 1_000);
    const calls: string[] = [];
    for (const name of ['T', 'U']) {
      second.scheduler.addTask(
        {
          name,
          run: ({ dueAt }) => {
            calls.push(`${name} ${(dueAt - START) / 1_000}`);
            if (calls.length === 1) void second.scheduler.stop();
          },
        },
        { ...hourly, misfire: 'all' },
      );
    }
    void second.scheduler.run();
    await second.pass(5);
    await second.pass(HOUR);
    await second.run();
    await second.pass(5);

    expect(calls.toSorted()).toEqual([...new Set(calls)].toSorted());
    expect(calls).toHaveLength(8);
    last = second;
  });

  it('names what is due of other tasks while a caught-up handler updates one', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: hourly, S: { every: '1s' } });
    await first.end();

    const second = await story({ runStore: sqliteRunStore(opened(first.file)) }, START + 1.5 * HOUR * 1_000);
    second.scheduler.addTask(
      {
        name: 'T',
        run: () => {
          second.clock.set(second.clock.now() + 5_000);
          void second.registry.update('T', { every: '2h' });
        },
      },
      hourly,
    );
    second.task('S', { every: '1s', misfire: 'all' });
    await second.run();
    await second.pass(5);

    const seconds = second.told('S').filter(line => line.includes('success'));
    expect(seconds.at(0)).toMatch(/^5401 /);
    expect(seconds).toHaveLength(10);
    last = second;
  });

  it('calls nothing more of a task that its own handler has removed', async () => {
    const { begin } = lives();
    const first = await begin(0, { T: hourly });
    await first.end();
    const second = await story({ runStore: sqliteRunStore(opened(first.file)) }, START + 4.5 * HOUR * 1_000);
    let calls = 0;
    const run = () => {
      calls++;
      second.scheduler.removeTask('T');
    };
    second.scheduler.addTask({ name: 'T', run }, { ...hourly, misfire: 'all', overlap: 'allowAll' });
    await second.run();
    await second.pass(10);

    expect(calls).toBe(1);
    last = second;
  });
});

describe('before the start', () => {
  it('a run by hand that goes on is not taken for one of an earlier process', async () => {
    const scheduler = await story({ runStore: sqliteRunStore(opened(newFile())) });
    scheduler.task('T', { every: '1h' }, { takes: 5 });
    const run = await scheduler.registry.trigger('T');
    await scheduler.pass(1);
    await scheduler.run();
    await scheduler.pass(10);

    expect((await run.finished()).outcome.kind).toBe('success');
    expect(scheduler.told('T')).toEqual(['0 success 0-5']);
    last = scheduler;
  });

  it('a pause and a resume hold, and leave other pauses alone', async () => {
    const { begin } = lives();
    const plan = { A: { every: '10s' }, B: { every: '10s' }, C: { every: '10s' } };
    const first = await begin(0, plan);
    await first.registry.pause('B');
    await first.registry.pause('C');
    await first.end();

    const second = await story({ runStore: sqliteRunStore(opened(first.file)) }, START + 5_000);
    for (const name of ['A', 'B', 'C']) second.task(name, { every: '10s' });
    await second.registry.pause('A');
    await second.registry.resume('C');
    await second.run();
    await second.pass(10);

    expect(['A', 'B', 'C'].map(name => second.told(name))).toEqual([
      ['10 skipped paused'],
      ['10 skipped paused'],
      ['10 success 10-10'],
    ]);
    last = second;
  });
});

describe('a task that is removed and added again', () => {
  it('has missed nothing meanwhile', async () => {
    const { begin } = lives();
    last = await begin(0, { T: { every: '1h', catchUp: '1d' } });
    await last.pass(1.5 * HOUR);
    last.scheduler.removeTask('T');
    await last.pass(3 * HOUR);
    last.task('T', { every: '1h', catchUp: '1d' });
    await last.pass(HOUR);

    expect(last.told('T')).toEqual([`${HOUR} success 3600-3600`, `${5 * HOUR} success 18000-18000`]);
  });
});

describe('a lower maxRuns', () => {
  it('leaves no run waiting for ever', async () => {
    const { begin } = lives();
    const queued = { every: '10s', overlap: 'bufferAll', catchUp: '1h', misfire: 'all' } as const;
    const first = await begin(0, { T: { ...queued, maxRuns: 5, work: { takes: 100 } } });
    await first.pass(45);
    await first.crash();

    last = await begin(46, { T: { ...queued, maxRuns: 2 } });
    await last.pass(1);

    expect(last.told('T')).toEqual([
      '10 abandoned crash 10-46',
      '20 success 46-46',
      '30 skipped down',
      '40 skipped down',
    ]);
    expect((await last.registry.stats()).unaccounted).toBe(0);
  });
});

describe('a run that its process did not survive', () => {
  it('keeps the lines that its handler wrote', async () => {
    const { begin } = lives();
    const first = await begin(0, {});
    const run = ({ logger }: { logger: { log(text: string): void } }) => {
      logger.log('half of it is done');
      return new Promise(() => {});
    };
    first.scheduler.addTask({ name: 'T', run: run as never }, { every: '10s' });
    await first.pass(11);
    await first.crash();

    last = await begin(20, { T: { every: '10s' } });

    const { items } = await last.registry.runs('T');
    expect(items.find(({ outcome }) => outcome?.kind === 'abandoned')?.log).toMatchObject([
      { message: 'half of it is done' },
    ]);
  });
});

describe('many instants of which some are excluded', () => {
  it('are ruled on one by one for the newest only', async () => {
    const { begin } = lives();
    const plan = { T: { every: '1s', catchUp: '30d', exclude: (at: number) => (at / 1_000) % 2 === 0 } };
    const first = await begin(0, plan);
    await first.end();

    last = await begin(10 * 24 * HOUR, plan);
    await last.pass(0.5);

    const { unaccounted, skipped } = await last.registry.stats();
    expect({ unaccounted, excluded: skipped.excluded }).toEqual({ unaccounted: 0, excluded: 500 });
    expect(last.told('T').length).toBeLessThanOrEqual(1_001);
  });
});
