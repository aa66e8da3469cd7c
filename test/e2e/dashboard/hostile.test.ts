import { request } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Manual, SchedulerRegistry, type TaskContext } from 'nestjs-sts';
import type { TasksView, TaskView } from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it } from 'vitest';
import { taskPath } from '../../../lib/dashboard/page/task.path.js';
import { ADAPTERS, serve, type Served } from './served.js';

const NAMES = [
  'a/b',
  '100%',
  '%2F',
  'größe 日本',
  '<script>alert(1)</script>',
  'a?b#c',
  '..',
  "o'clock",
  '.',
  '~',
  '~..',
];

@Injectable()
class Hostile {
  @Manual({ name: NAMES[0] }) a() {}
  @Manual({ name: NAMES[1] }) b() {}
  @Manual({ name: NAMES[2] }) c() {}
  @Manual({ name: NAMES[3] }) d() {}
  @Manual({ name: NAMES[4] }) e({ logger }: TaskContext) {
    logger.log('<img src=x onerror=alert(1)>');
    throw new Error('</script><script>alert(1)</script>');
  }
  @Manual({ name: NAMES[5] }) f() {}
  @Manual({ name: NAMES[6] }) g() {}
  @Manual({ name: NAMES[7] }) h() {}
  @Manual({ name: NAMES[8] }) i() {}
  @Manual({ name: NAMES[9] }) j() {}
  @Manual({ name: NAMES[10] }) k() {}
}

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

/** The status of a path that is sent as it stands: fetch() would tidy it up. */
function rawStatus({ url }: Served, path: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, response => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

describe.each(ADAPTERS)('hostile input, on %s', adapter => {
  const start = async (dashboard = {}) => (served = await serve([Hostile], { adapter, dashboard }));

  it.each(NAMES)('finds the task %s and starts it', async name => {
    const { json, post } = await start();
    const path = `sts/api/${taskPath(name)}`;

    const task = await json<TaskView>(path);
    const { status } = await post(`${path}/run`);

    expect(task.name).toBe(name);
    expect(status).toBe(202);
  });

  it('lists them all, as text', async () => {
    const { get, app } = await start();
    await (await app.get(SchedulerRegistry).trigger(NAMES[4]!)).finished();

    const response = await get('sts/api/tasks');

    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const { items } = (await response.json()) as TasksView;
    expect(items.map(({ name }) => name)).toEqual(NAMES);
    expect(items[4]!.lastRun!.error!.message).toBe('</script><script>alert(1)</script>');
  });

  it.each([
    '/sts/assets/../manifest.json',
    '/sts/assets/..%2f..%2fpackage.json',
    '/sts/assets/%2e%2e%2fpackage.json',
    '/sts/assets/..%5cpackage.json',
    '/sts/assets/manifest.json',
    '/sts/assets/app.js',
    '/sts/assets/__proto__',
    '/sts/assets/app%00.js',
  ])('has no file %s', async path => {
    await start();

    expect([400, 404]).toContain(await rawStatus(served!, path));
  });

  it('refuses a payload of 10 MB', async () => {
    const { post, app } = await start();

    const { status } = await post(`sts/api/tasks/${encodeURIComponent('100%')}/run`, {
      payload: 'x'.repeat(10_000_000),
    });

    expect(status).toBe(413);
    expect((await app.get(SchedulerRegistry).runs('100%')).items).toEqual([]);
  });

  it.each([
    ['no object', '[]', 400],
    ['no JSON', '{', 400],
    ['what is not known', '{"playload":1}', 400],
  ])('refuses a body that is %s', async (_what, body, status) => {
    const { url } = await start();

    const response = await fetch(`${url}/sts/api/tasks/${encodeURIComponent('100%')}/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sts-dashboard': '1' },
      body,
    });

    expect(response.status).toBe(status);
  });

  it('answers, and hides texts, when redact() throws', async () => {
    const redact = () => {
      throw new Error('no rules');
    };
    const { json, app } = await start({ redact });
    await (await app.get(SchedulerRegistry).trigger(NAMES[4]!)).finished();

    const { items } = await json<TasksView>('sts/api/tasks');

    expect(items[4]!.lastRun).toMatchObject({
      error: { name: '(redact() failed)', stack: '(redact() failed)' },
    });
  });

  it('shows texts as redact() leaves them, and nothing else of them', async () => {
    const redact = (text: string, { kind }: { kind: string }) =>
      kind === 'error' ? 'redacted' : text.slice(0, 1);
    const { json, app } = await start({ redact });
    const { id } = await (await app.get(SchedulerRegistry).trigger(NAMES[4]!)).finished();
    const path = `sts/api/runs/${encodeURIComponent(id)}`;

    const run = await json(path);
    const logs = await json(`${path}/logs`);

    expect(run).toMatchObject({ error: { message: 'redacted', stack: 'redacted' } });
    expect(JSON.stringify(run)).not.toContain('alert(1)</script></script>');
    expect(logs).toMatchObject({ items: [{ message: '<' }] });
  });
});
