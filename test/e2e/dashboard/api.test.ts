import { Injectable } from '@nestjs/common';
import { Cron, Every, Manual, Retry, SchedulerRegistry, TaskScheduler, type TaskContext } from 'nestjs-sts';
import type {
  ConfigView,
  LogsView,
  NextView,
  RunsView,
  RunView,
  ScheduleView,
  SchedulerView,
  TasksView,
  TaskView,
  TimelineView,
} from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ADAPTERS, serve, type Served } from './served.js';

@Injectable()
class ReportTasks {
  isOpen = false;

  @Cron('30 2 * * *', { timeZone: 'Europe/Paris', group: 'reports', jitter: '90s' })
  nightly() {}

  @Manual({ payload: z.object({ since: z.string() }) })
  rebuild({ logger, payload }: TaskContext<{ since: string }>) {
    logger.log(`since ${payload.since}`);
  }

  @Manual()
  @Retry(1, { delay: 1 })
  broken() {
    throw new RangeError('no <b>room</b>');
  }

  @Manual()
  endless({ signal, progress }: TaskContext) {
    progress(0.5, 'half');
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }

  @Every('1h', { enabled: false })
  off() {}
}

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

const start = async (adapter: (typeof ADAPTERS)[number]) =>
  (served = await serve([ReportTasks], { adapter }));

/** Starts a task and waits for its end. */
async function ended({ app }: Served, name: string, payload?: unknown) {
  const run = await app.get(SchedulerRegistry).trigger(name, payload);
  return run.finished();
}

describe.each(ADAPTERS)('the API of the dashboard, on %s', adapter => {
  it('tells who may do what', async () => {
    const { json } = await start(adapter);

    const config = await json<ConfigView>('sts/api/config');

    expect(config).toMatchObject({
      title: 'Scheduled tasks',
      rights: { run: true, pause: true, cancel: true },
    });
    expect(Math.abs(config.now - Date.now())).toBeLessThan(60_000);
  });

  it('lists tasks with what their histories say', async () => {
    const { json } = await start(adapter);
    await ended(served!, 'ReportTasks.rebuild', { since: '2026' });
    await ended(served!, 'ReportTasks.broken');

    const { items } = await json<TasksView>('sts/api/tasks');

    const [nightly, rebuild, broken, , off] = items as [TaskView, TaskView, TaskView, TaskView, TaskView];
    expect(items).toHaveLength(5);
    expect(nightly).toMatchObject({
      name: 'ReportTasks.nightly',
      group: 'reports',
      triggers: ['cron 30 2 * * * (Europe/Paris)'],
      lastRun: null,
      stats: { runs: 0, successRate: null, p50Ms: null, recent: [] },
    });
    expect(rebuild).toMatchObject({ hasPayload: true, stats: { runs: 1, successRate: 1 } });
    expect(rebuild.lastRun).toMatchObject({ outcome: 'success', cause: 'manual' });
    expect(broken).toMatchObject({ retries: 1, stats: { successRate: 0 }, lastRun: { attempts: 2 } });
    expect(off).toMatchObject({ disabledBy: 'ReportTasks.off: @Every: enabled', nextAt: null, jitterMs: 0 });
    expect(nightly).toMatchObject({ jitterMs: 90_000 });
  });

  it('shows a run with its attempts, its error and its log', async () => {
    const { json } = await start(adapter);
    const { id } = await ended(served!, 'ReportTasks.broken');
    const { id: other } = await ended(served!, 'ReportTasks.rebuild', { since: '2026' });

    const run = await json<RunView>(`sts/api/runs/${encodeURIComponent(id)}`);
    const { items } = await json<LogsView>(`sts/api/runs/${encodeURIComponent(other)}/logs`);
    const explained = await json(`sts/api/runs/${encodeURIComponent(id)}/explain`);

    expect(run).toMatchObject({
      id,
      outcome: 'failure',
      error: { name: 'RangeError', message: 'no <b>room</b>' },
    });
    expect(run.error!.stack).toContain('RangeError');
    expect(run.ended.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failure'],
      [2, 'failure'],
    ]);
    expect(items).toMatchObject([{ attempt: 1, level: 'INFO', message: 'since 2026' }]);
    expect(explained).toMatchObject({ kind: 'ran', runId: id });
  });

  it('pages through the runs of a task', async () => {
    const { json } = await start(adapter);
    for (let i = 0; i < 3; i++) await ended(served!, 'ReportTasks.broken');

    const first = await json<RunsView>('sts/api/tasks/ReportTasks.broken/runs?limit=2');
    const rest = await json<RunsView>(
      `sts/api/tasks/ReportTasks.broken/runs?limit=2&cursor=${encodeURIComponent(first.nextCursor!)}`,
    );

    expect(first.items).toHaveLength(2);
    expect(rest.items).toHaveLength(1);
    expect(rest.nextCursor).toBeNull();
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(3);
  });

  it('names the next instants as the clocks of the rule show them', async () => {
    const { json } = await start(adapter);

    const { items } = await json<NextView>('sts/api/tasks/ReportTasks.nightly/next?count=100');

    expect(items).toHaveLength(100);
    expect(items[0]).toMatchObject({ zone: 'Europe/Paris' });
    expect(items[0]!.local).toMatch(/^\d{4}-\d\d-\d\d 0[23]:\d\d:00 \+0[12]:00$/);
  });

  it('shows what ran, what is due, and how the scheduler stands', async () => {
    const { json } = await start(adapter);
    const { id } = await ended(served!, 'ReportTasks.broken');

    const timeline = await json<TimelineView>('sts/api/runs');
    const schedule = await json<ScheduleView>('sts/api/schedule');
    const scheduler = await json<SchedulerView>('sts/api/scheduler');

    expect(timeline.items.map(run => run.id)).toEqual([id]);
    expect(schedule.counts).toHaveLength(24 * 60);
    expect(schedule.tasks).toEqual([{ name: 'ReportTasks.nightly', count: 1, isEstimate: false }]);
    expect(scheduler).toMatchObject({ isRunning: true, unaccounted: 0, others: 1 });
    expect(scheduler.nodes).toMatchObject([{ isThis: true }]);
  });

  it('shows at once that what was due is paused', async () => {
    const { json, post } = await start(adapter);
    const span = `from=${Date.now()}&to=${Date.now() + 24 * 3_600_000}`;
    const due = async () => (await json<ScheduleView>(`sts/api/schedule?${span}`)).tasks.length;
    const before = await due();

    await post('sts/api/tasks/ReportTasks.nightly/pause');

    expect([before, await due()]).toEqual([1, 0]);
  });

  it('starts a task, with a payload that its schema accepts', async () => {
    const { post, json } = await start(adapter);

    const accepted = await post('sts/api/tasks/ReportTasks.rebuild/run', { payload: { since: '2026' } });
    const refused = await post('sts/api/tasks/ReportTasks.rebuild/run', { payload: {} });

    const { runId } = (await accepted.json()) as { runId: string };
    expect(accepted.status).toBe(202);
    expect(await json<RunView>(`sts/api/runs/${encodeURIComponent(runId)}`)).toMatchObject({
      cause: 'manual',
    });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining('since') as string });
  });

  it('pauses a task or its group, and resumes them', async () => {
    const { post, json } = await start(adapter);
    const pausedOf = async () => (await json<TaskView>('sts/api/tasks/ReportTasks.nightly')).paused;

    await post('sts/api/tasks/ReportTasks.nightly/pause', { reason: 'deploy' });
    const own = await pausedOf();
    await post('sts/api/tasks/ReportTasks.nightly/resume');
    const none = await pausedOf();
    await post('sts/api/tasks/ReportTasks.nightly/pause', { scope: 'group' });
    const ofGroup = await pausedOf();
    const ofTask = await post('sts/api/tasks/ReportTasks.nightly/resume');
    const still = await pausedOf();
    const resumed = await post('sts/api/tasks/ReportTasks.nightly/resume', { scope: 'group' });

    expect(own).toMatchObject({ reason: 'deploy', scope: 'task' });
    expect(none).toBeNull();
    expect(ofGroup).toMatchObject({ reason: 'from the dashboard', scope: 'group' });
    expect([await ofTask.json(), still]).toEqual([{ changed: false }, ofGroup]);
    expect(await resumed.json()).toEqual({ changed: true });
    expect(await pausedOf()).toBeNull();
  });

  it('says whether anything changed, of a task and of its group', async () => {
    const { post } = await start(adapter);
    const changed = async (verb: 'pause' | 'resume', scope: 'task' | 'group') => {
      const answer = await post(`sts/api/tasks/ReportTasks.nightly/${verb}`, { scope });
      return ((await answer.json()) as { changed: boolean }).changed;
    };

    const answers = [];
    for (const verb of ['resume', 'pause', 'pause', 'resume', 'resume'] as const) {
      answers.push(await changed(verb, 'task'), await changed(verb, 'group'));
    }

    expect(answers).toEqual([false, false, true, true, false, false, true, true, false, false]);
  });

  it.each([
    ['ReportTasks.broken', { scope: 'group' }, 'ReportTasks.broken is in no group.'],
    ['ReportTasks.nightly', { scope: 'all' }, "scope is 'task' or 'group'."],
  ])('refuses to pause %s with %o', async (name, body, message) => {
    const { post } = await start(adapter);

    const refused = await post(`sts/api/tasks/${name}/pause`, body);

    expect([refused.status, await refused.json()]).toMatchObject([400, { message }]);
  });

  it('cancels nothing of a run that has ended', async () => {
    const { post } = await start(adapter);
    const { id } = await ended(served!, 'ReportTasks.broken');

    const answer = await post(`sts/api/runs/${encodeURIComponent(id)}/cancel`);

    expect(await answer.json()).toEqual({ changed: false });
  });

  it('says why an instant, given as it stands in the API, did not run', async () => {
    const { json } = await start(adapter);
    const explained = (at: string) => json(`sts/api/tasks/ReportTasks.nightly/explain?at=${at}`);

    const ofNumber = await explained(String(Date.UTC(2026, 0, 1)));
    const ofText = await explained('2026-01-01T00:00:00Z');

    expect(ofNumber).toMatchObject({ at: Date.UTC(2026, 0, 1), runId: null });
    expect(ofText).toEqual(ofNumber);
  });

  it('names no next instant of what is switched off', async () => {
    const { json } = await start(adapter);

    expect(await json<NextView>('sts/api/tasks/ReportTasks.off/next')).toEqual({ items: [] });
  });

  it('forgets a task that is gone', async () => {
    const { app, json } = await start(adapter);
    const names = async () => (await json<TasksView>('sts/api/tasks')).items.map(({ name }) => name);
    app.get(TaskScheduler).addTask({ name: 'guest', run() {} }, { every: '1h' });
    const before = await names();
    app.get(TaskScheduler).removeTask('guest');

    expect(before).toContain('guest');
    expect(await names()).not.toContain('guest');
  });

  it('cancels a run that goes on', async () => {
    const { post, json, app } = await start(adapter);
    const run = await app.get(SchedulerRegistry).trigger('ReportTasks.endless');

    const answer = await post(`sts/api/runs/${encodeURIComponent(run.id)}/cancel`, { reason: 'enough' });
    await run.finished();

    expect(await answer.json()).toEqual({ changed: true });
    expect(await json<RunView>(`sts/api/runs/${encodeURIComponent(run.id)}`)).toMatchObject({
      outcome: 'cancelled',
      reason: 'enough',
    });
  });

  it.each([
    ['tasks/Nobody', 404, 'No task is named'],
    ['runs/nothing', 404, 'No run is kept under nothing'],
    ['tasks/ReportTasks.nightly/runs?limit=0', 400, 'limit is a whole number from 1 to 200'],
    ['tasks/ReportTasks.nightly/runs?limit=1&limit=2', 400, 'limit is a whole number'],
    ['tasks/ReportTasks.nightly/explain?at=noon', 400, 'at expects an instant'],
    ['tasks/ReportTasks.nightly/explain', 400, 'at is an instant: epoch ms, or ISO 8601 text'],
    ['schedule?from=5&to=1', 400, 'from and to are epoch ms'],
    ['runs?from=0&to=8640000000000000', 400, 'by 25 hours at most'],
  ])('refuses %s with %i', async (path, status, message) => {
    const { get } = await start(adapter);

    const response = await get(`sts/api/${path}`);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      statusCode: status,
      message: expect.stringContaining(message) as string,
    });
  });
});
