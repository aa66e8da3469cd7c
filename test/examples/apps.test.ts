import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../bullmq/servers/free.port.js';
import { startNode, type Child } from '../process/child.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'examples'], {
    cwd: root,
  });
}, 120_000);

/** Starts what `npm run example` starts, and gives its address. */
async function start(name: string): Promise<{ app: Child; url: string }> {
  const port = await freePort();
  const app = startNode([`${root}examples/dist/${name}/main.js`], { PORT: String(port) });
  onTestFinished(() => app.kill('SIGKILL'));
  await app.line(/Started with \d+ tasks?/);
  return { app, url: `http://127.0.0.1:${port}` };
}

async function endsBySignal(app: Child): Promise<void> {
  app.kill('SIGTERM');
  await app.line(/Drained, nothing abandoned/);
  expect((await app.end()).signal).toBe('SIGTERM');
}

const json = async (url: string, method = 'GET', body?: object) => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(url, { method, headers, body: body && JSON.stringify(body) })).json();
};

describe('the example', { timeout: 60_000 }, () => {
  it('express runs its tasks, shows runs, starts one by hand, and drains', async () => {
    const { app, url } = await start('express');
    await app.line(/successfully started/);

    await expect
      .poll(async () => (await json(`${url}/reports`)) as unknown[], { timeout: 10_000 })
      .toContainEqual(expect.objectContaining({ outcome: 'success' }));
    expect(await json(`${url}/reports`, 'POST', { since: '2026-01-01' })).toEqual({
      result: 'rebuilt since 2026-01-01',
    });
    await endsBySignal(app);
  });

  it('fastify shows its tasks on the dashboard', async () => {
    const { app, url } = await start('fastify');
    await app.line(/The dashboard: /);

    const { items } = (await json(`${url}/sts/api/tasks`)) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(['OrderTasks.ship', 'OrderTasks.invoice']);
    await endsBySignal(app);
  });

  it('standalone ticks without HTTP until a SIGTERM', async () => {
    const { app } = await start('standalone');

    await app.line(/^tick \d{4}-.*:\d\d\.000Z$/);
    await endsBySignal(app);
  });

  it('observability has metrics of what succeeds and fails, its health, and a report', async () => {
    const { app, url } = await start('observability');
    await app.line(/Metrics: /);
    await app.line(/^reported: SyncTasks\.push failed with Error: the other side is down$/);

    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^sts_runs_total\{(?=.*task="SyncTasks\.push").*outcome="failure".*\} [1-9]/m);
    expect(await json(`${url}/health`)).toMatchObject({
      details: { scheduler: { failing: [expect.objectContaining({ task: 'SyncTasks.push' })] } },
    });
    await endsBySignal(app);
  });
});
