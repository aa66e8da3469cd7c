import { mkdirSync } from 'node:fs';
import { SchedulerRegistry } from 'nestjs-sts';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, serve } from '../../e2e/dashboard/served.js';
import { ShopTasks } from './tasks.js';
import { stage } from './stage.js';
import { visit } from './visit.js';

const SCREENSHOTS = new URL('../../../screenshots/', import.meta.url).pathname;
const LOOKS = [
  ['light', 'light', { width: 1280, height: 900 }],
  ['dark', 'dark', { width: 1280, height: 900 }],
  ['phone', 'light', { width: 360, height: 740 }],
] as const;

const on = stage();

/** The page is loaded once for all looks, and measured when it has settled. */
async function look(page: Page, [, colorScheme, size]: (typeof LOOKS)[number]) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(size);
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** What is wrong with a page in all looks; pictures of it are written by one adapter, for they are the same. */
async function examined(name: string, hash: string, hasPictures: boolean): Promise<string[]> {
  const { page, violations } = on.visited!;
  const found: string[] = [];
  await page.goto(`${on.served!.url}/sts${hash}`);
  await page.getByText('Live', { exact: true }).waitFor({ state: 'attached' });
  await page.locator('main:has(h1):not(:has(.skeleton))').waitFor();
  for (const each of LOOKS) {
    await look(page, each);
    if (hasPictures) await page.screenshot({ path: `${SCREENSHOTS}${name}-${each[0]}.png`, fullPage: true });
    found.push(...(await violations()).map(violation => `${name}, ${each[0]}: ${violation}`));
    const tooWide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    if (tooWide !== 0) found.push(`${name}, ${each[0]}: ${tooWide} px too wide`);
  }
  return found;
}

describe.each(ADAPTERS)('in light, dark and on a phone, on %s', adapter => {
  it('nobody has anything against a page, and all are photographed', async () => {
    on.served = await serve([ShopTasks], { adapter, dashboard: { title: 'Shop' } });
    const registry = on.served.app.get(SchedulerRegistry);
    for (let i = 0; i < 3; i++) await (await registry.trigger('ShopTasks.importPrices')).finished();
    await registry.pause('ShopTasks.nightlyBackup', 'the disk is full');
    const running = await registry.trigger('ShopTasks.reindex');
    const failed = (await registry.runs('ShopTasks.importPrices', { limit: 1 })).items[0]!;
    on.visited = await visit(on.browser, `${on.served.url}/sts`);
    mkdirSync(SCREENSHOTS, { recursive: true });

    const found = [];
    for (const [name, hash] of [
      ['overview', '#/'],
      ['tasks', '#/tasks'],
      ['task', '#/tasks/ShopTasks.importPrices'],
      ['task-paused', '#/tasks/ShopTasks.nightlyBackup'],
      ['scheduler', '#/scheduler'],
      ['run', `#/runs/${encodeURIComponent(failed.id)}`],
      ['running', `#/runs/${encodeURIComponent(running.id)}`],
    ] as const)
      found.push(...(await examined(name, hash, adapter === 'Express')));

    expect(found).toEqual([]);
    expect(on.visited.wrongs).toEqual([]);
    await registry.cancel(running.id);
  });
});

describe('in light, dark and on a phone', () => {
  it('nobody has anything against an app without tasks, nor against what one may only read', async () => {
    on.served = await serve([]);
    on.visited = await visit(on.browser, `${on.served.url}/sts`);
    const ofNone = [
      ...(await examined('empty-overview', '#/', true)),
      ...(await examined('empty-tasks', '#/tasks', true)),
    ];
    const wrongsOfNone = on.visited.wrongs;
    await on.visited.close();
    await on.served.app.close();
    on.served = await serve([ShopTasks], { dashboard: { access: () => 'read-only' } });
    on.visited = await visit(on.browser, `${on.served.url}/sts`);
    const ofReader = await examined('read-only-tasks', '#/tasks', true);

    expect([...ofNone, ...ofReader]).toEqual([]);
    expect([...wrongsOfNone, ...on.visited.wrongs]).toEqual([]);
  });
});
