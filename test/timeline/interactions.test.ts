import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { story } from './story.js';

type Story = Awaited<ReturnType<typeof story>>;

let scheduler: Story;
const begin = async (options?: StsModuleOptions) => void (scheduler = await story(options));
beforeEach(() => begin());
afterEach(async () => {
  await scheduler.end();
  expect(scheduler.clock.pending).toBe(0);
});
const idOf = (name: string, dueAt: number) => `${name}@${Date.UTC(2026, 0, 1) + dueAt * 1_000}`;

describe('pause', () => {
  it('skips what is due until it is resumed, and says why', async () => {
    scheduler.task('T', { every: '10s' });
    await scheduler.pass(10);

    await scheduler.registry.pause('T', 'the mail server is down');
    await scheduler.pass(20);
    const { paused } = scheduler.registry.get('T');
    await scheduler.registry.resume('T', 'it is up');
    await scheduler.pass(10);

    expect(scheduler.told('T')).toEqual([
      '10 success 10-10',
      '20 skipped paused',
      '30 skipped paused',
      '40 success 40-40',
    ]);
    expect(paused).toMatchObject({ reason: 'the mail server is down', until: null });
    expect(scheduler.registry.get('T').paused).toBeNull();
    expect(scheduler.events.filter(({ type }) => type === 'paused' || type === 'resumed')).toMatchObject([
      { scope: { task: 'T' }, reason: 'the mail server is down' },
      { scope: { task: 'T' }, reason: 'it is up' },
    ]);
  });

  it('and buffer: what waits is skipped, what runs goes on with its retries, what is asked for by hand runs', async () => {
    scheduler.task(
      'T',
      { every: '10s', overlap: 'bufferAll', retry: { retries: 1, delay: '5s' } },
      { takes: 12, fails: ({ attempt }) => attempt === 1 },
    );
    await scheduler.pass(20);

    await scheduler.registry.pause('T');
    const byHand = await scheduler.registry.trigger('T');
    await scheduler.pass(50);

    expect(scheduler.told('T').slice(0, 2)).toEqual(['10 success 10-39', '20 skipped paused']);
    expect((await byHand.finished()).outcome.kind).toBe('success');
  });

  it('twice changes nothing, nor does resuming what is not paused', async () => {
    scheduler.task('T', { every: '10s' });

    await scheduler.registry.resume('T');
    await scheduler.registry.pause('T', 'first');
    await scheduler.registry.pause('T', 'second');

    expect(scheduler.registry.get('T').paused).toMatchObject({ reason: 'first' });
    expect(scheduler.types().filter(type => type === 'paused' || type === 'resumed')).toEqual(['paused']);
  });

  it('of a group holds all of its tasks, and no other', async () => {
    scheduler.task('A', { every: '10s', group: 'reports' });
    scheduler.task('B', { every: '10s', group: 'reports' });
    scheduler.task('C', { every: '10s' });

    await scheduler.registry.pause({ group: 'reports' }, 'month end');
    await scheduler.pass(10);

    expect(['A', 'B', 'C'].map(name => scheduler.told(name))).toEqual([
      ['10 skipped paused'],
      ['10 skipped paused'],
      ['10 success 10-10'],
    ]);
    expect(scheduler.registry.get('A').paused).toMatchObject({ reason: 'month end' });
  });

  it('of what is not there is refused, with the nearest name', async () => {
    scheduler.task('poll', { every: '10s', group: 'reports' });

    await expect(scheduler.registry.pause('pol')).rejects.toThrow("Did you mean 'poll'?");
    await expect(scheduler.registry.pause({ group: 'report' })).rejects.toThrow("Did you mean 'reports'?");
  });
});

describe('misfire', () => {
  /** The loop is blocked, or the computer asleep, from second 5 to second 125. */
  const sleep = async () => {
    await scheduler.pass(5);
    scheduler.clock.set(scheduler.clock.now() + 115_000);
    await scheduler.pass(10);
  };

  it.each([
    ['coalesce', ['10 skipped coalesced ×11 to 110', '120 success 125-125', '130 success 130-130']],
    [
      'skip',
      [
        '10 skipped misfire ×6 to 60',
        ...[70, 80, 90, 100, 110, 120].map(at => `${at} success`),
        '130 success 130-130',
      ],
    ],
  ] as const)('%s of what is later than the grace', async (misfire, told) => {
    scheduler.task('T', { every: '10s', misfire });

    await sleep();

    const inTime = (run: string) => run.replace(/ 12[5-6](\.\d+)?-.*/, '');
    const expected = told.map(inTime);
    expect(scheduler.told('T').map(inTime)).toEqual(expected);
  });

  it('all runs all, one after another', async () => {
    scheduler.task('T', { every: '10s', misfire: 'all' });

    await sleep();

    expect(scheduler.told('T').every(run => run.includes('success'))).toBe(true);
    expect(scheduler.told('T')).toHaveLength(13);
  });

  it('has the grace that the task says', async () => {
    scheduler.task('T', { every: '10s', misfireGrace: '5m' });

    await sleep();

    expect(scheduler.told('T').every(run => run.includes('success'))).toBe(true);
  });

  it('and overlap: of the missed instants the latest runs, and overlaps as any other', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 200 });
    await scheduler.pass(10);

    scheduler.clock.set(scheduler.clock.now() + 110_000);
    await scheduler.pass(10);

    expect(scheduler.told('T')[0]).toMatch(/^20 skipped coalesced ×\d+ to \d+$/);
    expect(scheduler.told('T')[1]).toMatch(/^1\d0 skipped overlap$/);
  });
});

describe('an error threshold', () => {
  const failures = (options = {}) => ({ failures: 2, action: 'pause', ...options }) as const;

  it('pauses after so many failures in a row, and says so', async () => {
    scheduler.task('T', { every: '10s', errorThreshold: failures() }, { fails: true });

    await scheduler.pass(40);

    expect(scheduler.told('T')).toEqual([
      '10 failure 10-10',
      '20 failure 20-20',
      '30 skipped paused',
      '40 skipped paused',
    ]);
    expect(scheduler.registry.get('T').paused).toMatchObject({ reason: '2 failures in a row' });
    expect(scheduler.types()).toContain('errorThresholdReached');
  });

  it('counts anew after a success', async () => {
    const fails = ({ dueAt }: { dueAt: number }) => dueAt % 20_000 === 0;
    scheduler.task('T', { every: '10s', errorThreshold: failures() }, { fails });

    await scheduler.pass(60);

    expect(scheduler.registry.get('T').paused).toBeNull();
  });

  it('counts what failed within its time only', async () => {
    scheduler.task('T', { every: '10s', errorThreshold: failures({ within: '10s' }) }, { fails: true });

    await scheduler.pass(60);

    expect(scheduler.registry.get('T').paused).toBeNull();
  });

  it('lets one run try after a while: its failure begins the pause anew, its success ends it', async () => {
    const fails = ({ dueAt }: { dueAt: number }) => dueAt < Date.UTC(2026, 0, 1, 0, 1, 30);
    scheduler.task('T', { every: '10s', errorThreshold: failures({ resumeAfter: '25s' }) }, { fails });

    await scheduler.pass(110);

    expect(scheduler.told('T').filter(run => !run.includes('paused'))).toEqual([
      '10 failure 10-10',
      '20 failure 20-20',
      '50 failure 50-50',
      '80 failure 80-80',
      '110 success 110-110',
    ]);
    expect(scheduler.registry.get('T').paused).toBeNull();
  });

  it('lets one run try at a time', async () => {
    scheduler.task(
      'T',
      { every: '10s', overlap: 'allowAll', errorThreshold: failures({ failures: 1, resumeAfter: '15s' }) },
      { takes: 25, fails: true },
    );

    await scheduler.pass(90);

    expect(
      scheduler
        .told('T')
        .filter(run => run.includes('failure'))
        .map(run => run.split(' ')[0]),
    ).toEqual(['10', '20', '30', '50']);
  });

  it('only says so when its action is to alert', async () => {
    scheduler.task('T', { every: '10s', errorThreshold: { failures: 2, action: 'alert' } }, { fails: true });

    await scheduler.pass(50);

    expect(scheduler.types().filter(type => type === 'errorThresholdReached')).toHaveLength(2);
    expect(scheduler.told('T')).toHaveLength(5);
  });

  it('skips what waits, too', async () => {
    scheduler.task(
      'T',
      { every: '10s', overlap: 'bufferAll', errorThreshold: failures({ failures: 1 }) },
      { takes: 25, fails: true },
    );

    await scheduler.pass(40);

    expect(scheduler.told('T')).toEqual([
      '10 failure 10-35',
      '20 skipped paused',
      '30 skipped paused',
      '40 skipped paused',
    ]);
  });

  it('of a group counts the failures of all its tasks, and pauses them all', async () => {
    await begin({ groups: { mail: { errorThreshold: failures() } } });
    scheduler.task('A', { every: '10s', group: 'mail' }, { fails: true });
    scheduler.task('B', { every: '15s', group: 'mail' }, { fails: true });

    await scheduler.pass(30);

    expect(scheduler.told('A')).toEqual(['10 failure 10-10', '20 skipped paused', '30 skipped paused']);
    expect(scheduler.told('B')).toEqual(['15 failure 15-15', '30 skipped paused']);
  });
});

describe('the limit of a group', () => {
  it('lets runs wait: they start by priority, then by due time', async () => {
    await begin({ groups: { reports: { concurrency: 1 } } });
    scheduler.task('low', { every: '10s', group: 'reports' }, { takes: 15 });
    scheduler.task('high', { every: '20s', group: 'reports', priority: 5 }, { takes: 5 });
    scheduler.task('later', { at: Date.UTC(2026, 0, 1, 0, 0, 22), group: 'reports' }, { takes: 1 });
    scheduler.task('free', { every: '20s' });

    await scheduler.pass(50);

    expect(scheduler.told('low').slice(0, 2)).toEqual(['10 success 10-25', '20 skipped overlap']);
    expect(scheduler.told('high')[0]).toBe('20 success 25-30');
    expect(scheduler.told('later')[0]).toBe('22 success 30-31');
    expect(scheduler.told('free')[0]).toBe('20 success 20-20');
  });
});

describe('cancel', () => {
  it('ends a wait for a retry at once', async () => {
    scheduler.task('T', { every: '10s', retry: { retries: 3, delay: '1h' } }, { fails: true });
    await scheduler.pass(15);

    const wasGoing = await scheduler.registry.cancel(idOf('T', 10), 'enough');

    expect(wasGoing).toBe(true);
    expect(scheduler.told('T')).toEqual(['10 cancelled enough 10-15']);
  });

  it('ends a wait for an earlier run, without an attempt', async () => {
    scheduler.task('T', { every: '10s', overlap: 'bufferOne' }, { takes: 100 });
    await scheduler.pass(20);

    await scheduler.registry.cancel(idOf('T', 20), 'enough');

    expect(scheduler.told('T')).toEqual(['20 cancelled enough']);
  });

  it('gives a handler that does not obey 5 s, and names it as unsettled', async () => {
    scheduler.task('T', { every: '10s' }, { takes: 1, deaf: true });
    await scheduler.pass(12);

    await scheduler.registry.cancel(idOf('T', 10), 'enough');
    await scheduler.pass(6);

    expect(scheduler.told('T')).toEqual(['10 cancelled enough 10-17']);
  });

  it('of what is over says so', async () => {
    expect(await scheduler.registry.cancel('nobody@1')).toBe(false);
  });
});

describe('update', () => {
  it('gives a task another schedule, and leaves what was accepted as it was', async () => {
    scheduler.task('T', { every: '10s', overlap: 'bufferOne', timeout: '30s' }, { takes: 12 });
    await scheduler.pass(20);

    await scheduler.registry.update('T', { every: '25s', timeout: '2s' });
    await scheduler.pass(55);

    expect(scheduler.told('T')).toEqual([
      '10 success 10-22',
      '20 success 22-34',
      '25 timeout 34-36',
      '50 timeout 50-52',
    ]);
    expect(scheduler.registry.get('T')).toMatchObject({ triggers: ['every 25s'], timeoutMs: 2_000 });
    expect(scheduler.types()).toContain('taskUpdated');
  });

  it('changes options alone, and each update beats the ones before', async () => {
    scheduler.task('T', { every: '10s', retry: 1 });

    await scheduler.registry.update('T', { retry: 5, timeout: '1m' });
    await scheduler.registry.update('T', { retry: 2 });

    expect(scheduler.registry.get('T')).toMatchObject({
      triggers: ['every 10s'],
      retries: 2,
      timeoutMs: 60_000,
    });
  });

  it.each([
    ['another name', { name: 'U' }, "the name that the task has already, 'T'"],
    ['what belongs to a trigger, without one', { jitter: '5s' }, 'jitter'],
    ['an unknown option', { evry: '5s' }, "Did you mean 'every'?"],
    ['an instant that is over', { at: 0 }, 'an instant in the future'],
    ['no options', null, 'an object of options'],
  ])('refuses %s, and changes nothing', async (_, options, message) => {
    scheduler.task('T', { every: '10s' });

    await expect(scheduler.registry.update('T', options as never)).rejects.toThrow(message);

    expect(scheduler.registry.get('T').triggers).toEqual(['every 10s']);
  });

  it('names what was due before it by the old rule, even when nobody had noticed yet', async () => {
    scheduler.task('T', { every: '10s' });
    scheduler.clock.set(scheduler.clock.now() + 30_000);

    await scheduler.registry.update('T', { every: '1h' });

    expect(scheduler.told('T')).toHaveLength(3);
  });
});

describe('removeTask', () => {
  it('cancels what waits and lets run what runs', async () => {
    scheduler.task('T', { every: '10s', overlap: 'bufferAll' }, { takes: 15 });
    await scheduler.pass(20);

    scheduler.scheduler.removeTask('T');
    await scheduler.pass(30);

    expect(scheduler.told('T')).toEqual(['10 success 10-25', '20 cancelled removed']);
  });
});

describe('drain', () => {
  it('skips what waits, cancels waits for a retry, waits for what runs, and skips what is due meanwhile', async () => {
    await begin({ groups: { slow: { concurrency: 1 } } });
    scheduler.task('buffered', { every: '10s', overlap: 'bufferAll' }, { takes: 12 });
    scheduler.task('retried', { every: '10s', retry: { retries: 1, delay: '1h' } }, { fails: true });
    scheduler.task('limited', { every: '10s', group: 'slow', overlap: 'allowAll' }, { takes: 15 });
    scheduler.task('jittered', { at: Date.UTC(2026, 0, 1, 0, 0, 20), jitter: '1h' });
    await scheduler.pass(20);

    await scheduler.end();

    expect(scheduler.told('buffered')).toEqual(
      ['10 success 10-22', '20 skipped draining', '30 skipped draining'].slice(
        0,
        scheduler.told('buffered').length,
      ),
    );
    expect(scheduler.told('retried')[0]).toBe('10 cancelled drain 10-20');
    expect(scheduler.told('limited').slice(0, 2)).toEqual(['10 success 10-25', '20 skipped draining']);
    expect(scheduler.told('jittered')).toEqual(['20 skipped draining']);
  });
});
