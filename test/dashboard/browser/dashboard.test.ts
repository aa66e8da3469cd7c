import helmet from 'helmet';
import { SchedulerRegistry } from 'nestjs-sts';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type ServedOptions } from '../../e2e/dashboard/served.js';
import { proxyOf } from './proxy.js';
import { ShopTasks } from './tasks.js';
import { stage } from './stage.js';
import { visit } from './visit.js';

const on = stage();

async function open(options: ServedOptions = {}, path = 'sts') {
  on.served = await serve([ShopTasks], options);
  on.visited = await visit(on.browser, `${on.served.url}/${path}`);
  return on.visited;
}

const registry = () => on.served!.app.get(SchedulerRegistry);
const ended = async (name: string) => (await registry().trigger(name)).finished();

describe.each(ADAPTERS)('the dashboard in a browser, on %s', adapter => {
  it('starts a task, and shows the run as it fails, with its attempts, error and log as text', async () => {
    const { page, wrongs } = await open({ adapter }, 'sts#/tasks/ShopTasks.importPrices');

    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('a[href^="#/runs/"]').first().click();
    await page.getByRole('heading', { name: /Attempt.* 3$/ }).waitFor();

    await page.getByText('<script>alert("prices")</script>').first().waitFor();
    await page.getByText('attempt 3 found <b>no prices</b>').waitFor();
    expect(wrongs).toEqual([]);
  });

  it('pauses a task with a reason, and resumes it', async () => {
    const { page, wrongs } = await open({ adapter }, 'sts#/tasks/ShopTasks.heartbeat');

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByLabel('Reason').fill('the mail server moves');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('the mail server moves').first().waitFor();
    const paused = registry().get('ShopTasks.heartbeat').paused;
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();

    expect(paused).toMatchObject({ reason: 'the mail server moves' });
    expect(registry().get('ShopTasks.heartbeat').paused).toBeNull();
    expect(wrongs).toEqual([]);
  });

  it('shows the progress of a run as it comes, and cancels it', async () => {
    const { page, wrongs } = await open({ adapter });
    await page.getByText('Live', { exact: true }).waitFor();
    const run = await registry().trigger('ShopTasks.reindex');

    await page.goto(`${on.served!.url}/sts#/runs/${encodeURIComponent(run.id)}`);
    await page.getByText('four of ten').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Reason').fill('wrong index');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('wrong index').first().waitFor();

    expect((await run.finished()).outcome).toMatchObject({ kind: 'cancelled', reason: 'wrong index' });
    expect(wrongs).toEqual([]);
  });

  it('shows what happens without being asked', async () => {
    const { page, wrongs } = await open({ adapter });
    await page.getByText('Live', { exact: true }).waitFor();

    await ended('ShopTasks.importPrices');

    await page.getByText('<script>alert("prices")</script>').first().waitFor();
    expect(wrongs).toEqual([]);
  });

  it('works below a prefix, beside Helmet, behind a proxy that cuts another prefix off', async () => {
    const options = {
      adapter,
      dashboard: { path: 'admin/tasks', auth: 'none' },
      before: (app: Parameters<NonNullable<ServedOptions['before']>>[0]) => {
        app.setGlobalPrefix('v1');
        app.use(helmet());
      },
    } as const;
    on.served = await serve([ShopTasks], options);
    const proxy = await proxyOf(on.served.url, { prefix: '/inner' });
    for (const end of ['', '/']) {
      const address = `${proxy.url}/inner/v1/admin/tasks${end}`;
      const { page, wrongs, close } = await visit(on.browser, address);

      await page.getByText('Live', { exact: true }).waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click();
      await page.getByText('ShopTasks.heartbeat').first().waitFor();

      expect(wrongs).toEqual([]);
      await close();
    }
    proxy.close();
  });

  it('asks each 5 s behind a proxy that keeps events to itself', async () => {
    on.served = await serve([ShopTasks], { adapter, dashboard: { auth: 'none' } });
    const proxy = await proxyOf(on.served.url, { isBuffering: true });
    on.visited = await visit(on.browser, `${proxy.url}/sts`, { hasOwnClock: true });
    const { page, wrongs } = on.visited;
    await page.getByText('Connecting', { exact: true }).waitFor();

    await page.clock.runFor(40_000);
    await page.getByText('Every 5 s', { exact: true }).waitFor();
    await ended('ShopTasks.importPrices');
    await page.clock.runFor(5_000);

    await page.getByText('<script>alert("prices")</script>').first().waitFor();
    expect(wrongs).toEqual([]);
    proxy.close();
  });

  it('shows no button for what somebody may not do', async () => {
    const { page } = await open(
      { adapter, dashboard: { access: () => 'read-only' } },
      'sts#/tasks/ShopTasks.heartbeat',
    );

    await page.getByRole('heading', { name: 'ShopTasks.heartbeat' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();

    expect(await page.getByRole('button', { name: /Run now|Pause/ }).count()).toBe(0);
  });

  it('comes back to life when the app has been started again', async () => {
    on.served = await serve([ShopTasks], { adapter });
    const port = Number(new URL(on.served.url).port);
    on.visited = await visit(on.browser, `${on.served.url}/sts`, { isGoingAway: true });
    const { page } = on.visited;
    await page.getByText('Live', { exact: true }).waitFor();

    await on.served.app.close();
    await page
      .getByText(/Disconnected|Connecting/)
      .first()
      .waitFor();
    on.served = await serve([ShopTasks], { adapter, port });
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 });
    await ended('ShopTasks.importPrices');

    await page.getByText('<script>alert("prices")</script>').first().waitFor();
  });
});
