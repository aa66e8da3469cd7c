import { SchedulerRegistry } from 'nestjs-sts';
import { describe, expect, it } from 'vitest';
import { serve } from '../../e2e/dashboard/served.js';
import { ShopTasks } from './tasks.js';
import { stage } from './stage.js';
import { visit } from './visit.js';

const on = stage();

async function open(hash: string, options: Parameters<typeof visit>[2] = {}) {
  on.served = await serve([ShopTasks]);
  on.visited = await visit(on.browser, `${on.served.url}/sts${hash}`, options);
  await on.visited.page.getByText('Live', { exact: true }).waitFor({ state: 'attached' });
  return on.visited.page;
}

const ended = async (name: string) => (await on.served!.app.get(SchedulerRegistry).trigger(name)).finished();
const hrefOfRun = (id: string) => `#/runs/${encodeURIComponent(id)}`;
const paused = () => on.served!.app.get(SchedulerRegistry).get('ShopTasks.heartbeat').paused;
const TABLES = `[...document.querySelectorAll('.as-table table')].map(table =>
  ({ caption: table.caption.textContent, rows: table.tBodies[0].rows.length }))`;
const PLACE = `document.activeElement === document.body ? 'nowhere' : document.activeElement.closest('dialog') ? 'dialog' : 'behind'`;
/** Where the keyboard is, in words. */
const FOCUSED = `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()`;

describe('the dashboard by keyboard', () => {
  it('skips to the content, and goes from page to page', async () => {
    const page = await open('#/');

    await page.keyboard.press('Tab');
    const first = await page.evaluate(FOCUSED);
    await page.keyboard.press('Enter');
    const skippedTo = await page.evaluate('document.activeElement.id');
    await page.getByRole('navigation').getByRole('link', { name: 'Tasks' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();

    expect([first, skippedTo]).toEqual(['Skip to content', 'main']);
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('pauses and resumes a task, and comes back to where it was', async () => {
    const page = await open('#/tasks/ShopTasks.heartbeat');
    const pause = page.getByRole('button', { name: 'Pause' });

    await pause.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const afterEscape = await page.evaluate(FOCUSED);
    const pausedBy = paused();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByLabel('Reason').focus();
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Resume' }).waitFor();

    expect([afterEscape, pausedBy]).toEqual(['Pause', null]);
    expect(paused()).toMatchObject({ reason: 'by keyboard' });
  });

  it('keeps the focus within a dialog', async () => {
    const page = await open('#/tasks/ShopTasks.importPrices');
    await page.getByRole('button', { name: 'Run now' }).first().click();
    await page.getByRole('dialog').waitFor();

    const places = new Set();
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab');
      places.add(await page.evaluate(PLACE));
    }

    // Between its last and its first part a browser has its own buttons.
    expect([...places].filter(place => place !== 'nowhere')).toEqual(['dialog']);
  });

  it.each(['#/', '#/tasks', '#/tasks/ShopTasks.heartbeat', '#/scheduler'])(
    'reaches everything of %s that can be pressed, and shows where it is',
    async hash => {
      const page = await open(hash);
      await page.waitForLoadState('networkidle').catch(() => undefined);

      const unreachable = await page.evaluate(
        `[...document.querySelectorAll('a, button, input, select, textarea, summary')]
          .filter(element => element.checkVisibility() && element.tabIndex < 0).map(element => element.outerHTML)`,
      );
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(
        `(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')(getComputedStyle(document.activeElement))`,
      );

      expect(unreachable).toEqual([]);
      expect(outline).toBe(true);
    },
  );
});

describe('the dashboard for who wants no motion', () => {
  const MOVING = `document.getAnimations().filter(({ playState }) => playState === 'running').length`;

  it.each([
    ['reduce', 0],
    ['no-preference', 1],
  ] as const)('moves as is preferred: %s', async (reducedMotion, least) => {
    const page = await open('#/', { reducedMotion });
    const run = await on.served!.app.get(SchedulerRegistry).trigger('ShopTasks.reindex');
    await page.goto(`${on.served!.url}/sts#/runs/${encodeURIComponent(run.id)}`);
    await page.getByText('four of ten').waitFor();

    const moving = Number(await page.evaluate(MOVING));

    expect(moving > 0).toBe(least > 0);
    await on.served!.app.get(SchedulerRegistry).cancel(run.id);
  });
});

describe('the dashboard for who hears it', () => {
  it.each([
    ['overview', ['Runs in this range', 'Runs due in each hour to come']],
    ['task', ['Duration', 'Lateness']],
    ['run', ['Waits and attempts']],
  ] as const)('has a table for each chart of the %s', async (what, captions) => {
    const page = await open('#/');
    const { id } = await ended('ShopTasks.importPrices');
    await ended('ShopTasks.importPrices');
    const hash = { overview: '#/', task: '#/tasks/ShopTasks.importPrices', run: hrefOfRun(id) }[what];
    await page.goto(`${on.served!.url}/sts${hash}`);

    const summaries = page.getByText('Show as table');
    await summaries.nth(captions.length - 1).waitFor();
    for (const summary of await summaries.all()) await summary.click();
    await page
      .locator('.as-table table')
      .nth(captions.length - 1)
      .waitFor({ state: 'attached' });
    const tables = await page.evaluate<{ caption: string; rows: number }[]>(TABLES);

    expect(tables.map(({ caption }) => caption)).toEqual(captions);
    expect(tables.every(({ rows }) => rows > 0)).toBe(true);
  });
});
