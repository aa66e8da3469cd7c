import { Injectable } from '@nestjs/common';
import { Every, Manual, type TaskContext } from '../../lib/index.js';
import { Tallies, type Measures } from '../../lib/metrics/tallies.js';
import { CAUSES, type TaskTally } from '../../lib/metrics/task.tally.js';
import type { StsEvent } from '../../lib/run/run.events.js';
import type { Cause } from '../../lib/run/run.js';
import type { SchedulerRegistry } from '../../lib/scheduler/scheduler.registry.js';
import type { StsTestKit } from '../../lib/testing/index.js';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp } from '../e2e/apps.js';
import { NEW_YEAR, runningRun } from '../run/sample.run.js';

@Injectable()
class Tasks {
  @Every('1m') poll() {}
  @Manual({ overlap: 'bufferAll' }) long({ signal }: TaskContext) {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

let kit: StsTestKit;
/** What the measures have heard. */
let heard: string[];
let tallies: Tallies;
const hear = (what: string) => (tally: TaskTally) => void heard.push(`${what} ${tally.task}`);
const measures: Measures = {
  added: hear('added'),
  removed: hear('removed'),
  started: hear('started'),
  ended: hear('ended'),
};
beforeEach(async () => {
  kit = await startApp([Tasks]);
  heard = [];
  tallies = new Tallies(kit.registry, measures);
  heard = [];
});
afterEach(() => kit.close({ leaks: 'allow' }));

const of = (name: string) => [...tallies.list()].find(({ task }) => task === name);
/** Whoever hears of an event changes tasks before anybody else hears of that. */
const atNextRun = (act: () => void) => {
  const listening = kit.registry.events$.subscribe(({ type }) => {
    if (type !== 'runFinished') return;
    listening.unsubscribe();
    act();
  });
};
const late = { name: 'late', run: () => undefined };

describe('the tally of a task', () => {
  it('goes on through an update that leaves it its group', async () => {
    await kit.advanceBy('1m');
    await kit.registry.update('Tasks.poll', { timeout: '5s' });
    await kit.advanceBy('1m');

    expect(of('Tasks.poll')!.runs.schedule.success).toBe(2);
    expect(heard.filter(what => /added|removed/.test(what))).toEqual([]);
  });

  it('begins not at all for a task that is gone before anybody hears of it', async () => {
    const failed: StsEvent[] = [];
    kit.registry.events$.subscribe(event => void (event.type === 'listenerFailed' && failed.push(event)));
    atNextRun(() => {
      kit.scheduler.addTask(late);
      kit.scheduler.removeTask('late');
    });
    await kit.advanceBy('1m');

    expect(of('late')).toBeUndefined();
    expect(failed).toEqual([]);
    expect(heard).toEqual(['started Tasks.poll', 'ended Tasks.poll']);
  });

  it('goes on when the task is removed and added again before anybody hears of it', async () => {
    kit.scheduler.addTask(late);
    await kit.trigger('late');
    atNextRun(() => {
      kit.scheduler.removeTask('late');
      kit.scheduler.addTask(late);
    });
    await kit.advanceBy('1m');

    expect(of('late')!.runs.manual.success).toBe(1);
  });

  it('counts a run that was cancelled before it started, and measures nothing of it', async () => {
    const first = await kit.registry.trigger('Tasks.long');
    const waiting = await kit.registry.trigger('Tasks.long');

    await kit.registry.cancel(waiting.id);

    expect(of('Tasks.long')!.runs.manual.cancelled).toBe(1);
    expect(heard).toEqual(['started Tasks.long']);
    await kit.registry.cancel(first.id);
    await first.finished();
    expect(heard).toEqual(['started Tasks.long', 'ended Tasks.long']);
  });

  it('measures no start of what is caught up, whose instant was missed', () => {
    const events$ = new Subject<StsEvent>();
    const { taskName: name } = runningRun();
    const task = { name, group: null };
    const registry = { events$, list: () => [task], has: () => true, get: () => task };
    const measure = (cause: Cause) => {
      heard = [];
      events$.next({ type: 'runStarted', at: NEW_YEAR, run: runningRun({ cause }) });
      return heard.length;
    };
    tallies = new Tallies(registry as unknown as SchedulerRegistry, measures);

    expect(CAUSES.map(measure)).toEqual([1, 1, 0, 1]);
  });

  it('ends with its task, whose run goes on', async () => {
    const run = await kit.registry.trigger('Tasks.long');
    kit.scheduler.removeTask('Tasks.long');

    await kit.registry.cancel(run.id);

    expect(heard).toEqual(['started Tasks.long', 'removed Tasks.long']);
  });
});
