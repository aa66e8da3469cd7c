import { SchedulerRegistry, TaskScheduler } from 'nestjs-sts';
import { describe, expect, it } from 'vitest';
import { ADAPTERS, serve } from '../../e2e/dashboard/served.js';
import { stage } from './stage.js';
import { visit } from './visit.js';

const on = stage();

/** 500 tasks that have run 20 times each. */
async function busy(adapter: (typeof ADAPTERS)[number]) {
  on.served = await serve([], { adapter });
  const registry = on.served.app.get(SchedulerRegistry);
  const scheduler = on.served.app.get(TaskScheduler);
  for (let i = 0; i < 500; i++)
    scheduler.addTask({ name: `task ${i}`, run() {} }, { cron: `${i % 60} 3 * * *` });
  for (let i = 0; i < 10_000; i++) await (await registry.trigger(`task ${i % 500}`)).finished();
  return on.served;
}

const FIRST_PAINT = `performance.getEntriesByName('first-contentful-paint')[0].startTime`;
/** Scrolls for two seconds, as fast as a quick hand; how long each frame took, in ms, the longest first. */
const SCROLL = `new Promise(resolve => {
  const frames = [];
  const since = performance.now();
  let before = since;
  const step = now => {
    frames.push(now - before);
    before = now;
    scrollTo(0, (now - since) * 4);
    if (now - since < 2_000) requestAnimationFrame(step);
    else resolve(frames.slice(1).sort((a, b) => b - a));
  };
  requestAnimationFrame(step);
})`;

describe.each(ADAPTERS)('with 500 tasks and 10,000 runs, on %s', adapter => {
  it.each([
    ['overview', '#/', 'Next 24 hours'],
    ['tasks', '#/tasks', 'task 0'],
  ])('the %s is painted within a second, and scrolls smoothly', async (_page, hash, text) => {
    const { url } = await busy(adapter);
    on.visited = await visit(on.browser, `${url}/sts${hash}`);
    const { page, wrongs } = on.visited;
    await page.getByText(text, { exact: true }).first().waitFor();

    const paintedMs = Number(await page.evaluate(FIRST_PAINT));
    const frames = await page.evaluate<number[]>(SCROLL);

    // Measured: 16.7 ms, which is 60 frames a second; two cores that others use as well may take longer.
    const slow = frames[Math.floor(frames.length / 10)];
    expect(paintedMs).toBeLessThan(1_000);
    expect(slow).toBeLessThan(50);
    expect(wrongs).toEqual([]);
  });
});
