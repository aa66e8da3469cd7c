import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MemoryRunStore } from '../../lib/run/memory.run-store.js';
import type { DurableState, RunStore } from '../../lib/run/run.store.js';
import { START, story } from '../timeline/story.js';

/** A store whose answers come when the test says so. */
class SlowStore extends MemoryRunStore implements RunStore {
  readonly waiting: (() => void)[] = [];
  readonly saved = new Map<string, unknown>([
    ['watchedUntil', START - 60_000],
    ['watchedTasks', { names: ['first', 'killer', 'victim', 'T'], others: [] }],
  ]);
  readonly durable: DurableState = {
    unfinished: () => new Promise(resolve => this.waiting.push(() => resolve([]))),
    lastDueAt: taskName => (taskName === 'first' ? START - 1 : START - 60_000),
    load: key => this.saved.get(key),
    save: () => undefined,
    flush: () => undefined,
  };

  constructor() {
    super({ perTask: 100, total: 1_000 });
  }

  answer() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('a start that waits for its store', () => {
  it('starts nothing any more when the scheduler was stopped meanwhile', async () => {
    const runStore = new SlowStore();
    const scheduler = await story({ runStore });
    scheduler.task('T', { every: '10s' });
    void scheduler.run();
    await turn();

    await scheduler.end();
    runStore.answer();
    await scheduler.pass(60);

    expect(scheduler.told('T')).toEqual([]);
    expect(scheduler.clock.pending).toBe(0);
    expect(scheduler.types()).not.toContain('schedulerStarted');
  });

  it('starts once when it is started again meanwhile', async () => {
    const runStore = new SlowStore();
    const scheduler = await story({ runStore, blocking: false });
    scheduler.task('T', { every: '10s' });
    void scheduler.run();
    await turn();
    await scheduler.scheduler.stop();
    void scheduler.run();
    await turn();

    runStore.answer();
    await turn();
    await scheduler.pass(20);

    expect(scheduler.types().filter(type => type === 'schedulerStarted')).toHaveLength(1);
    expect(scheduler.told('T').filter(run => run.includes('success'))).toEqual([
      '10 success 10-10',
      '20 success 20-20',
    ]);
    await scheduler.end();
    expect(scheduler.clock.pending).toBe(0);
  });

  it('leaves out a task that a caught-up handler has removed', async () => {
    const runStore = new SlowStore();
    const scheduler = await story({ runStore });
    scheduler.scheduler.addTask(
      { name: 'killer', run: () => scheduler.scheduler.removeTask('victim') },
      { every: '10s', catchUp: '1h' },
    );
    scheduler.task('victim', { every: '10s' });
    void scheduler.run();
    await turn();
    runStore.answer();
    await turn();

    await scheduler.pass(30);

    expect(scheduler.told('victim')).toEqual([]);
    await scheduler.end();
  });

  it('goes on without what its store knows, when that does not answer', async () => {
    const runStore = new SlowStore();
    const scheduler = await story({ runStore });
    scheduler.task('first', { every: '10s', catchUp: '1h' });
    void scheduler.run();

    await scheduler.pass(9);
    expect(scheduler.types()).not.toContain('schedulerStarted');
    await scheduler.pass(11);

    const failures = scheduler.events.filter(({ type }) => type === 'storeFailed');
    expect(failures).toMatchObject([
      { error: { message: 'The run store had not answered after 10000 ms.' } },
    ]);
    expect(scheduler.told('first')).toEqual(['20 success 20-20']);
    await scheduler.end();
    expect(scheduler.clock.pending).toBe(0);
  });

  it('goes on when what was saved cannot be read', async () => {
    const runStore = new SlowStore();
    runStore.saved.set('switches', { pauses: 5 });
    const scheduler = await story({ runStore });
    scheduler.task('first', { every: '10s' });
    void scheduler.run();
    await turn();
    runStore.answer();
    await turn();

    await scheduler.pass(10);

    expect(scheduler.types()).toContain('storeFailed');
    expect(scheduler.told('first').at(-1)).toBe('10 success 10-10');
    await scheduler.end();
  });
});
