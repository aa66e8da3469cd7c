import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { currentRun } from '../../lib/task/current-run.js';
import { START, story } from './story.js';

type Story = Awaited<ReturnType<typeof story>>;

let scheduler: Story;
const begin = async (options?: StsModuleOptions) => void (scheduler = await story(options));
beforeEach(() => begin());
afterEach(async () => {
  await scheduler.end();
  expect(scheduler.clock.pending).toBe(0);
});
const at = (second: number) => START + second * 1_000;
const started = () =>
  scheduler.events.flatMap(e =>
    e.type === 'runStarted' ? [`${e.run.taskName} ${(e.at - START) / 1_000}`] : [],
  );

describe('the place of a limit', () => {
  it('is free again when the run that would have had it is skipped by a pause', async () => {
    await begin({
      groups: {
        mail: { concurrency: 1, errorThreshold: { failures: 1, action: 'pause', resumeAfter: '5s' } },
      },
    });
    scheduler.task('A', { every: '10s', group: 'mail' }, { takes: 5, fails: ({ dueAt }) => dueAt < at(30) });
    scheduler.task('B', { at: at(12), group: 'mail' });

    await scheduler.pass(60);

    expect(scheduler.told('B')).toEqual(['12 skipped paused']);
    expect(scheduler.told('A').at(-1)).toBe('50 success 50-55');
    expect(scheduler.registry.get('A')).toMatchObject({ paused: null });
  });

  it('is free again when a listener cancels the run that would have had it', async () => {
    await begin({ concurrency: 1 });
    scheduler.registry.events$.subscribe(event => {
      if (event.type === 'runFinished' && event.run.taskName === 'A')
        void scheduler.registry.cancel(`B@${at(10)}`);
    });
    scheduler.task('A', { at: at(5) }, { takes: 10 });
    scheduler.task('B', { at: at(10) });
    scheduler.task('C', { at: at(20) });

    await scheduler.pass(30);

    expect([scheduler.told('B'), scheduler.told('C')]).toEqual([
      ['10 cancelled by hand'],
      ['20 success 20-20'],
    ]);
  });

  it('goes to the higher priority, even when that one was due later', async () => {
    await begin({ concurrency: 1 });
    scheduler.task('first', { at: at(5) }, { takes: 20 });
    scheduler.task('low', { at: at(10) }, { takes: 1 });
    scheduler.task('high', { at: at(15), priority: 5 }, { takes: 1 });

    await scheduler.pass(40);

    expect(started()).toEqual(['first 5', 'high 25', 'low 26']);
  });

  it('is waited for by no more runs of a task than its buffer holds', async () => {
    await begin({ concurrency: 1 });
    scheduler.task('T', { every: '1s', overlap: 'allowAll', bufferSize: 3 }, { takes: 1, deaf: true });

    await scheduler.pass(10);

    expect(scheduler.registry.get('T')).toMatchObject({ running: 1, waiting: 3 });
    expect(scheduler.told('T')[0]).toBe('5 skipped bufferFull');
  });
});

describe('a cancelled run', () => {
  it('is not retried when its timeout comes first', async () => {
    scheduler.task(
      'T',
      { every: '10s', timeout: '3s', retry: { retries: 2, delay: '1s' } },
      { takes: 1, deaf: true },
    );
    await scheduler.pass(11);

    await scheduler.registry.cancel(`T@${at(10)}`, 'enough');
    await scheduler.pass(8);

    expect(scheduler.told('T')).toEqual(['10 cancelled enough 10-13']);
  });

  it('is not retried when it was superseded', async () => {
    scheduler.task(
      'T',
      { every: '10s', overlap: 'cancelOther', timeout: '12s', retry: { retries: 2, delay: '1s' } },
      { takes: 1, deaf: true },
    );

    await scheduler.pass(25);

    expect(scheduler.told('T')[0]).toBe('10 cancelled superseded 10-22');
  });
});

describe('maxRuns', () => {
  it('lowered by an update ends the task at once, and says so', async () => {
    scheduler.task('T', { every: '10s', maxRuns: 10 });
    await scheduler.pass(50);

    await scheduler.registry.update('T', { maxRuns: 3, every: '15s' });
    await scheduler.pass(60);

    expect(scheduler.told('T')).toHaveLength(5);
    expect(scheduler.registry.get('T').nextAt).toBeNull();
    expect(scheduler.registry.nextRuns('T')).toEqual([]);
    expect(scheduler.types()).toContain('maxRunsReached');
  });

  it('counts anew for a task that takes the name of one that was removed', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 100 });
    await scheduler.pass(10);
    scheduler.scheduler.removeTask('T');

    scheduler.task('T', { every: '10s', maxRuns: 1 });
    await scheduler.pass(30);

    expect(scheduler.told('T')).toEqual(['20 success 20-20']);
  });

  it('does not count what was accepted and never started', async () => {
    scheduler.task('T', { every: '10s', maxRuns: 3, overlap: 'bufferAll' }, { takes: 35 });
    await scheduler.pass(30);
    await scheduler.registry.pause('T');
    await scheduler.registry.resume('T');

    await scheduler.pass(200);

    expect(scheduler.told('T').filter(run => run.includes('success'))).toHaveLength(3);
  });
});

describe('a run that waits for its jitter', () => {
  const jittered = { every: '1h', jitter: '30m' } as const;
  const untilItWaits = async () => {
    scheduler.task('T', jittered);
    await scheduler.pass(3_601);
    expect(scheduler.registry.get('T')).toMatchObject({ running: 0, waiting: 1 });
  };

  it('ends with its task', async () => {
    await untilItWaits();

    scheduler.scheduler.removeTask('T');
    await scheduler.pass(3_000);

    expect(scheduler.told('T')).toEqual(['3600 cancelled removed']);
  });

  it('can be cancelled', async () => {
    await untilItWaits();

    expect(await scheduler.registry.cancel(`T@${at(3_600)}`, 'enough')).toBe(true);

    expect(scheduler.told('T')).toEqual(['3600 cancelled enough']);
  });

  it('is skipped by a pause', async () => {
    await untilItWaits();

    await scheduler.registry.pause('T');

    expect(scheduler.told('T')).toEqual(['3600 skipped paused']);
  });

  it('gives way to a later instant when it is found far too late', async () => {
    await untilItWaits();

    scheduler.clock.set(at(4 * 3_600));
    await scheduler.pass(3_500);

    expect(scheduler.told('T')[0]).toBe('3600 skipped coalesced');
  });
});

describe("a user's function", () => {
  it.each([
    ['enabled', { enabled: async () => false }],
    ['enabled that rejects', { enabled: () => Promise.reject(new Error('no flags')) }],
    ['exclude', { exclude: async () => true }],
  ])('that answers later loses no run, and is told of: %s', async (_, options) => {
    scheduler.task('T', { every: '10s', ...options } as never);

    await scheduler.pass(10);

    expect(scheduler.told('T')).toEqual(['10 success 10-10']);
    expect(scheduler.events.find(({ type }) => type === 'policyFailed')).toMatchObject({
      error: { message: expect.stringContaining('has to answer at once') as string },
    });
  });

  it('that answers later ends the retries: backoff', async () => {
    const backoff = (async () => 5) as unknown as () => number;
    scheduler.task('T', { every: '10s', retry: { retries: 2, backoff } }, { fails: true });

    await scheduler.pass(10);

    expect(scheduler.told('T')).toEqual(['10 failure 10-10']);
  });

  it('that is a trigger and throws beside a jitter stops that trigger alone', async () => {
    let asked = 0;
    const next = (after: number) => {
      if (++asked > 3) throw new Error('a bug');
      return (Math.floor(after / 10_000) + 1) * 10_000;
    };
    scheduler.task('T', { schedule: { next }, jitter: '2s' });
    scheduler.task('U', { every: '10s' });

    await scheduler.pass(30);

    expect(scheduler.types()).toContain('triggerFailed');
    expect(scheduler.told('U')).toHaveLength(3);
    expect(await scheduler.registry.stats()).toMatchObject({ unaccounted: 0 });
  });
});

describe('missed instants of which some are excluded', () => {
  it('are few records, and the latest that is not excluded runs', async () => {
    const exclude = (dueAt: number) => dueAt >= at(50) && dueAt < at(80);
    scheduler.task('T', { every: '10s', exclude });
    scheduler.clock.set(at(200));

    await scheduler.pass(10);

    expect(scheduler.told('T')).toEqual([
      '10 skipped coalesced ×4 to 40',
      '50 skipped excluded ×3 to 70',
      '80 skipped coalesced ×13 to 200',
      '210 success 210-210',
    ]);
  });

  it('are counted and quick, however many', async () => {
    scheduler.task('T', { every: '1s', exclude: [at(5)] });
    scheduler.clock.set(at(300_000));

    await scheduler.pass(2);

    expect(scheduler.told('T').length).toBeLessThan(10);
    expect(scheduler.told('T').at(-1)).toMatch(/success/);
    expect(await scheduler.registry.stats()).toMatchObject({ unaccounted: 0 });
  });
});

describe('whoever hears of a change', () => {
  it('may remove the task that was added', async () => {
    scheduler.registry.events$.subscribe(({ type }) => {
      if (type === 'taskAdded') scheduler.scheduler.removeTask('T');
    });

    scheduler.task('T', { every: '10s' });
    await scheduler.pass(30);

    expect([scheduler.registry.has('T'), scheduler.told('T')]).toEqual([false, []]);
  });

  it('may update the task that was added', async () => {
    scheduler.registry.events$.subscribe(({ type }) => {
      if (type === 'taskAdded') void scheduler.registry.update('T', { every: '15s' });
    });

    scheduler.task('T', { every: '10s' });
    await scheduler.pass(30);

    expect(scheduler.told('T')).toEqual(['15 success 15-15', '30 success 30-30']);
  });

  it('hears of the end of a run before what follows from it', async () => {
    scheduler.task('T', { every: '10s', errorThreshold: { failures: 1, action: 'pause' } }, { fails: true });

    await scheduler.pass(10);

    expect(scheduler.types().slice(-3)).toEqual(['runFinished', 'errorThresholdReached', 'paused']);
  });
});

describe('update', () => {
  it('keeps an option that is over beside its trigger', async () => {
    scheduler.task('T', { every: '10s', endAt: at(15) });
    await scheduler.pass(30);

    await scheduler.registry.update('T', { timeout: '1s' });

    expect(scheduler.registry.get('T')).toMatchObject({ timeoutMs: 1_000 });
  });

  it('takes retry field by field, and undefined for nothing', async () => {
    scheduler.task('T', { every: '10s' });

    await scheduler.registry.update('T', { retry: { retries: 5 }, timeout: '1m' });
    await scheduler.registry.update('T', { retry: { delay: '5s' }, timeout: undefined });

    expect(scheduler.registry.get('T')).toMatchObject({ retries: 5, timeoutMs: 60_000 });
  });

  it('keeps what stands beside a single trigger, the zone from cron to cron too', async () => {
    const beside = { timeZone: 'Asia/Tokyo', exclude: ['2026-01-02'], endAt: '2026-01-04T00:00:00Z' };
    scheduler.task('T', { cron: '0 9 * * *', ...beside });

    await scheduler.registry.update('T', { cron: '30 9 * * *' });
    await scheduler.pass(4 * 86_400);

    expect(scheduler.told('T')).toEqual([
      '1800 success 1800-1800',
      '88200 skipped excluded',
      '174600 success 174600-174600',
    ]);
  });

  it('takes back an overlap for which there was a limit', async () => {
    scheduler.task('T', { every: '10s', overlap: 'allowAll', concurrency: 3 });

    await scheduler.registry.update('T', { overlap: 'skip' });

    expect(scheduler.registry.get('T').overlap).toBe('skip');
  });
});

describe('the pause of an error threshold', () => {
  it('lasts as long as it lasts when the wall clock is set back', async () => {
    const errorThreshold = { failures: 1, action: 'pause', resumeAfter: '15s' } as const;
    scheduler.task('T', { every: '10s', errorThreshold }, { fails: ({ dueAt }) => dueAt === at(10) });
    await scheduler.pass(10);

    scheduler.clock.set(START - 86_400_000);
    await scheduler.pass(60);

    expect(scheduler.registry.get('T').paused).toBeNull();
  });

  it('lets another run try when the first that would is skipped', async () => {
    const errorThreshold = { failures: 1, action: 'pause', resumeAfter: '15s' } as const;
    scheduler.task(
      'T',
      { every: '10s', errorThreshold },
      { takes: ({ dueAt }) => (dueAt === at(10) ? 0 : 15), fails: ({ dueAt }) => dueAt === at(10) },
    );
    await scheduler.pass(12);
    await scheduler.registry.trigger('T');

    await scheduler.pass(60);

    expect(scheduler.told('T')).toContain('30 success 30-45');
  });
});

describe('exclude by days', () => {
  it('counts days in UTC for what has no zone', async () => {
    await begin({ timeZone: 'Asia/Tokyo' });
    scheduler.task('T', { every: '12h', exclude: ['2026-01-02'] });

    await scheduler.pass(2.6 * 86_400);

    expect(scheduler.told('T').filter(run => run.includes('excluded'))).toHaveLength(2);
    expect(scheduler.told('T')[1]).toMatch(/^86400 skipped excluded/);
  });
});

describe('the async context', () => {
  it('of whoever adds a task is not that of its runs', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    requests.run('alice', () =>
      scheduler.scheduler.addTask(
        { name: 'T', run: () => void seen.push(requests.getStore()) },
        { every: '10s' },
      ),
    );

    await scheduler.pass(20);

    expect(seen).toEqual([undefined, undefined]);
  });

  it('below a handler knows the run, after any await, and only there', async () => {
    const seen: unknown[] = [];
    const deep = async () => {
      await turn();
      seen.push(currentRun()?.runId);
    };
    scheduler.scheduler.addTask({ name: 'T', run: () => deep() }, { every: '10s' });

    await scheduler.pass(10);
    await turn();

    expect(seen).toEqual([`T@${at(10)}`]);
    expect(currentRun()).toBeUndefined();
  });
});

describe('the log of a run', () => {
  it('keeps the newest lines, cut, within its bounds', async () => {
    scheduler.scheduler.addTask(
      {
        name: 'T',
        run: ({ logger }) => {
          for (let n = 0; n < 500; n++) logger.log(`line ${n}`);
          logger.warn('x'.repeat(50_000));
        },
      },
      { every: '10s' },
    );

    await scheduler.pass(10);

    const { log } = (await scheduler.registry.runs('T')).items[0]!;
    expect(log).toHaveLength(100);
    expect(log.at(-1)).toMatchObject({ level: 'WARNING', attempt: 1 });
    expect(log.reduce((sum, { message }) => sum + message.length, 0)).toBeLessThanOrEqual(10_100);
    expect(log.at(-2)!.message).toBe('line 499');
  });
});
