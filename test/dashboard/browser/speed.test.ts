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
  // Nothing is due meanwhile.
  const hour = (new Date().getHours() + 6) % 24;
  for (let i = 0; i < 500; i++)
    scheduler.addTask({ name: `task ${i}`, run() {} }, { cron: `${i % 60} ${hour} * * *` });
  for (let i = 0; i < 10_000; i++) await (await registry.trigger(`task ${i % 500}`)).finished();
  return on.served;
}

interface Asked {
  readonly path: string;
  readonly bytes: number;
}

/** What was asked for until now, and how many bytes came over the wire. */
const ASKED = `performance.getEntriesByType('resource')
  .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize }))`;
/** What of the API; an answer may be asked again when it is older than a heartbeat. */
const answersOf = (asked: readonly Asked[]) =>
  [...new Set(asked.flatMap(({ path }) => path.split('/sts/api/')[1] ?? []))].toSorted();

const ELEMENTS = `document.getElementsByTagName('*').length`;
/** Scrolls to the end, a screen a frame; the most elements that there were at any time. */
const SCROLL = `new Promise(resolve => {
  let most = 0;
  const step = () => {
    most = Math.max(most, document.getElementsByTagName('*').length);
    const before = scrollY;
    scrollBy(0, innerHeight);
    if (scrollY > before) requestAnimationFrame(step);
    else resolve(most);
  };
  requestAnimationFrame(step);
})`;

/** All rows of 500 tasks are 17,000. */
const MOST_ELEMENTS = 1_500;
const MOST_BYTES = 6_000_000;

// How fast it is, `npm run measure:dashboard` tells; here stands what it is fast by.
describe.each(ADAPTERS)('with 500 tasks and 10,000 runs, on %s', adapter => {
  it.each([
    ['overview', '#/', 'Next 24 hours', ['config', 'runs', 'schedule', 'tasks']],
    ['tasks', '#/tasks', 'task 0', ['config', 'tasks']],
  ])('the %s asks for no more than it shows, and draws what is seen', async (_page, hash, text, answers) => {
    const { url } = await busy(adapter);
    on.visited = await visit(on.browser, `${url}/sts${hash}`);
    const { page, wrongs } = on.visited;
    await page.getByText(text, { exact: true }).first().waitFor();
    await page.locator('main:not(:has(.skeleton))').waitFor();

    const asked = await page.evaluate<Asked[]>(ASKED);
    const drawn = Number(await page.evaluate(ELEMENTS));

    expect(answersOf(asked)).toEqual(answers);
    expect(asked.filter(({ path }) => path.includes('/assets/')).length).toBeLessThanOrEqual(4);
    expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MOST_BYTES);
    expect(drawn).toBeLessThan(MOST_ELEMENTS);
    expect(wrongs).toEqual([]);
  });

  it('the tasks scroll to the last one without asking for more, nor drawing more', async () => {
    const { url } = await busy(adapter);
    on.visited = await visit(on.browser, `${url}/sts#/tasks`);
    const { page, wrongs } = on.visited;
    await page.getByText('task 0', { exact: true }).first().waitFor();

    const most = Number(await page.evaluate(SCROLL));
    await page.getByText('task 499', { exact: true }).first().waitFor();

    expect(most).toBeLessThan(MOST_ELEMENTS);
    expect(answersOf(await page.evaluate<Asked[]>(ASKED))).toEqual(['config', 'tasks']);
    expect(wrongs).toEqual([]);
  });
});
