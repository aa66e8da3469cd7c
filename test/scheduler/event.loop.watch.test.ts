import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventOf, StsEvent } from '../../lib/run/run.events.js';
import { createCore, type SchedulerCore } from '../../lib/scheduler/scheduler.core.js';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import type { TaskFunction } from '../../lib/task/task.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';
import { systemClock, type Clock } from '../../lib/time/clock.js';

/** In real time, for that is what a blocked event loop costs. */
let core: SchedulerCore;
let events: StsEvent[];

async function start(options: StsModuleOptions, clock: Clock = systemClock({ keepAlive: false })) {
  core = createCore(resolveOptions({ logLevel: 'SILENT', ...options }, {}), clock);
  events = [];
  core.registry.events$.subscribe(event => events.push(event));
  await core.boot();
}

afterEach(() => core.close());

/** Does nothing for so long, and lets nothing else happen either. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

async function ran(name: string, run: TaskFunction['run'], options = {}): Promise<void> {
  core.scheduler.addTask({ name, run }, options);
  await (await core.registry.trigger(name)).finished();
}

const told = () =>
  events.filter((event): event is EventOf<'eventLoopBlocked'> => event.type === 'eventLoopBlocked');
/** Waits for the event of these fields: a busy machine may cause others. */
const toldOf = (fields: Partial<EventOf<'eventLoopBlocked'>>) =>
  vi.waitUntil(() => told().find(event => isDeepStrictEqual({ ...event, ...fields }, event)), {
    timeout: 5_000,
    interval: 5,
  });

describe('the event-loop watch', () => {
  it.each([
    ['that returns', () => block(300)],
    [
      'before its first await',
      async () => {
        block(300);
        await wait(1);
      },
    ],
  ])('names the task whose handler blocks the loop %s', async (_, run) => {
    await start({ eventLoopWarning: '100ms' });

    await ran('crunch', run);

    const { byMs } = await toldOf({ taskName: 'crunch', running: ['crunch'] });
    expect(byMs).toBeGreaterThanOrEqual(290);
  });

  it('names the one that blocks the loop among those that wait', async () => {
    await start({ eventLoopWarning: '100ms' });
    core.scheduler.addTask({ name: 'poll', run: () => wait(600) });
    const polling = await core.registry.trigger('poll');
    await wait(150);

    await ran('crunch', () => block(300));

    await toldOf({ taskName: 'crunch', running: ['crunch', 'poll'] });
    await polling.finished();
  });

  it('says who was at work when a handler blocks the loop after an await, and ends', async () => {
    await start({ eventLoopWarning: '100ms' });

    await ran('crunch', async () => {
      await wait(1);
      block(300);
    });

    await toldOf({ taskName: null, running: ['crunch'] });
  });

  it('says who was at work when an attempt blocks the loop after an await, and fails', async () => {
    await start({ eventLoopWarning: '100ms' });
    core.scheduler.addTask(
      {
        name: 'crunch',
        run: async () => {
          await wait(1);
          block(300);
          throw new Error('boom');
        },
      },
      { retry: { retries: 1, delay: '1h' } },
    );

    const run = await core.registry.trigger('crunch');

    await toldOf({ taskName: null, running: ['crunch'] });
    await core.registry.cancel(run.id, 'enough');
  });

  it('names no task when none was at work', async () => {
    await start({ eventLoopWarning: '100ms' });
    await ran('poll', () => wait(1));

    block(300);

    await toldOf({ taskName: null, running: [] });
  });

  it('tells of each block once', async () => {
    await start({ eventLoopWarning: '100ms' });
    core.scheduler.addTask({ name: 'crunch', run: () => block(200) });

    const ofCrunch = () => told().filter(({ taskName }) => taskName === 'crunch');

    for (const count of [1, 2]) {
      await core.registry.trigger('crunch');
      await vi.waitUntil(() => ofCrunch().length === count, { timeout: 5_000, interval: 5 });
      await wait(150);
    }

    expect(ofCrunch()).toHaveLength(2);
  });

  it.each<[string, StsModuleOptions, number]>([
    ['below its threshold', { eventLoopWarning: '2s' }, 200],
    ['when it is off', { eventLoopWarning: 'none' }, 1_200],
  ])('says nothing of a block %s', async (_, options, ms) => {
    await start(options);

    await ran('crunch', () => block(ms));
    await wait(600);

    expect(told()).toEqual([]);
  });

  it('says nothing of much work in small pieces', async () => {
    await start({ eventLoopWarning: '400ms' });

    await ran('pieces', async () => {
      for (const end = performance.now() + 1_000; performance.now() < end; await wait(1)) block(10);
    });

    expect(told()).toEqual([]);
  });

  it('says nothing before the start and after the end of the scheduler', async () => {
    await start({ eventLoopWarning: '100ms', autoStart: false });
    block(200);
    await wait(50);
    await core.registry.trigger('none').catch(() => undefined);
    void core.scheduler.run();
    await wait(50);
    await core.scheduler.stop();

    block(200);
    await wait(50);

    expect(told()).toEqual([]);
  });

  it('wakes nobody while nothing is due and no handler is at work, but then', async () => {
    const clock = systemClock({ keepAlive: false });
    const armed = vi.spyOn(clock, 'after');
    await start({ eventLoopWarning: '100ms' }, clock);
    core.scheduler.addTask({ name: 'later', run: () => undefined }, { every: '7d' });
    await wait(50);
    armed.mockClear();

    await wait(500);
    const asleep = armed.mock.calls.length;
    await ran('poll', () => wait(500));

    expect(asleep).toBe(0);
    expect(armed.mock.calls.length).toBeGreaterThanOrEqual(10);
  });

  it('hears of each attempt: one that follows a wait may block the loop as well', async () => {
    await start({ eventLoopWarning: '100ms' });
    const run = async ({ attempt }: { attempt: number }) => {
      if (attempt === 1) throw new Error('boom');
      await wait(1);
      block(300);
    };

    await ran('again', run, { retry: { retries: 1, delay: '500ms' } });

    await toldOf({ taskName: null, running: ['again'] });
  });

  it('tells of a block that began while it slept, and makes a task late', async () => {
    await start({ eventLoopWarning: '100ms' });
    core.scheduler.addTask({ name: 'due', run: () => undefined }, { at: Date.now() + 600 });
    await wait(50);

    block(900);

    const { byMs } = await toldOf({ taskName: null });
    expect(byMs).toBeGreaterThanOrEqual(300);
    expect(byMs).toBeLessThanOrEqual(900);
  });

  it('has nothing to say under a clock of a test', async () => {
    const clock = new ManualClock();
    await start({ eventLoopWarning: '10ms' }, clock);
    const pending = clock.pending;

    await ran('crunch', () => {
      block(50);
      clock.advance(clock.now() + 5_000);
    });
    await wait(50);

    expect(told()).toEqual([]);
    expect(clock.pending).toBe(pending);
  });
});
