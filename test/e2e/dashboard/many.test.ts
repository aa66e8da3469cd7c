import { SchedulerRegistry, TaskScheduler } from 'nestjs-sts';
import type { ScheduleView, TasksView, TimelineView } from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type Served } from './served.js';

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

/** 500 tasks that have run 20 times each. */
async function busy(adapter: (typeof ADAPTERS)[number]) {
  served = await serve([], { adapter });
  const registry = served.app.get(SchedulerRegistry);
  const scheduler = served.app.get(TaskScheduler);
  for (let i = 0; i < 500; i++)
    scheduler.addTask({ name: `task ${i}`, run() {} }, { every: '1s', startAt: '2999-01-01T00:00:00Z' });
  for (let i = 0; i < 10_000; i++) await (await registry.trigger(`task ${i % 500}`)).finished();
  return served;
}

describe.each(ADAPTERS)('500 tasks with 10,000 runs, on %s', adapter => {
  it('are answered in one go', async () => {
    const { json } = await busy(adapter);

    const tasks = await json<TasksView>('sts/api/tasks');
    const timeline = await json<TimelineView>('sts/api/runs');
    const schedule = await json<ScheduleView>('sts/api/schedule');

    expect(tasks.items).toHaveLength(500);
    expect(tasks.items.every(({ stats }) => stats.runs === 20)).toBe(true);
    expect(timeline.items).toHaveLength(10_000);
    expect(timeline.cut).toEqual([]);
    expect(schedule.counts.every(count => count === 0)).toBe(true);
  });
});

describe.each(ADAPTERS)('1,000 live pages, on %s', adapter => {
  it('are served as far as may be, and the others are told', async () => {
    const { get, json } = (served = await serve([], { adapter }));

    const responses = await Promise.all(Array.from({ length: 1_000 }, () => get('sts/api/events')));
    const statuses = responses.map(({ status }) => status);
    const tasks = await json<TasksView>('sts/api/tasks');
    await Promise.all(responses.map(({ body }) => body?.cancel()));

    expect(statuses.filter(status => status === 200)).toHaveLength(100);
    expect(statuses.filter(status => status === 503)).toHaveLength(900);
    expect(tasks.items).toEqual([]);
  });

  it('all hear of a run when so many may be', async () => {
    const { app, get } = (served = await serve([], { adapter, dashboard: { maxConnections: 1_000 } }));
    app.get(TaskScheduler).addTask({ name: 'hand', run() {} });
    const responses = await Promise.all(Array.from({ length: 1_000 }, () => get('sts/api/events')));

    const { id } = await (await app.get(SchedulerRegistry).trigger('hand')).finished();
    const heard = await Promise.all(responses.map(response => hears(response, id)));

    expect(heard.filter(Boolean)).toHaveLength(1_000);
  });
});

/** Whether a stream tells of a run before it ends; it is left then. */
async function hears({ body }: Response, runId: string): Promise<boolean> {
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(JSON.stringify(runId))) return true;
  }
  return false;
}
