// Writes a picture of each page and of what it may come to, in light, dark and phone width, and tells what axe and the
// console say: node test/dashboard/page/preview/screenshots.js FOLDER [PART of the names of the pictures]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { previewServer } from './server.js';

const [folder = 'screenshots', part = ''] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.STS_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
const READ_ONLY = { run: false, pause: false, cancel: false };
const FAILING = `#/tasks/${encodeURIComponent('SyncTasks.customers')}`;
const press = name => page => page.getByRole('button', { name }).first().click();
const runWith = outcome => runs =>
  `#/runs/${encodeURIComponent(runs.find(run => run.outcome === outcome).id)}`;

/** `hash` of the page; `app`: options of the preview's server; `act` before the picture. */
const PICTURES = {
  overview: { hash: '#/' },
  tasks: { hash: '#/tasks' },
  task: { hash: FAILING },
  'task-paused': { hash: `#/tasks/${encodeURIComponent('BillingTasks.charge')}` },
  'task-long-name': { hash: `#/tasks/${encodeURIComponent('выгрузка/отчётов 100% – naïve ☃ 日本語')}` },
  'run-failed': { hash: runWith('failure') },
  'run-retried': {
    hash: runs =>
      `#/runs/${encodeURIComponent(runs.find(({ attempts, outcome }) => attempts > 2 && outcome === 'failure').id)}`,
  },
  'run-running': { hash: runWith(null) },
  'run-skipped': { hash: runWith('skipped') },
  scheduler: { hash: '#/scheduler' },
  'empty-overview': { hash: '#/', app: { isEmpty: true, copies: 0 } },
  'empty-tasks': { hash: '#/tasks', app: { isEmpty: true, copies: 0 } },
  'new-overview': { hash: '#/', app: { isEmpty: true } },
  'many-overview': { hash: '#/', app: { copies: 42 }, isScreen: true },
  'many-tasks': { hash: '#/tasks', app: { copies: 42 }, isScreen: true },
  'read-only-tasks': { hash: '#/tasks', app: { rights: READ_ONLY } },
  'read-only-task': { hash: FAILING, app: { rights: READ_ONLY }, isScreen: true },
  'run-dialog': { hash: FAILING, act: press('Run now'), isScreen: true },
  'pause-dialog': { hash: FAILING, act: press('Pause'), isScreen: true },
  started: {
    hash: FAILING,
    isScreen: true,
    async act(page) {
      await press('Run now')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
  },
  lost: {
    hash: '#/',
    isScreen: true,
    async act(page, server) {
      server.closeAllConnections();
      server.close();
      await page.getByText('Disconnected', { exact: true }).waitFor();
    },
  },
};
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1_360, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1_360, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
];
let complaints = 0;
for (const [name, picture] of Object.entries(PICTURES)) {
  for (const look of LOOKS) {
    if (`${name}-${look.name}`.includes(part)) await take(`${name}-${look.name}`, picture, look);
  }
}
await browser.close();
console.log(complaints === 0 ? 'Nobody complains.' : `${complaints} complaints.`);

async function take(name, { hash, app, act, isScreen = false }, { colorScheme, viewport }) {
  const server = previewServer(app);
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const home = `http://127.0.0.1:${server.address().port}/sts/`;
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complain = text => {
    complaints += 1;
    console.log(`${name}: ${text}`);
  };
  const isOfNetwork = text => name.startsWith('lost') && /Failed to load resource|net::ERR/.test(text);
  page.on('console', message => {
    if (message.type() === 'error' && !isOfNetwork(message.text())) complain(message.text());
  });
  page.on('pageerror', error => complain(error.message));
  await page.goto(home + (typeof hash === 'string' ? hash : hash(await runsOf(home))));
  await page.locator('h1').waitFor();
  await page.locator('body:not(:has(.skeleton))').waitFor();
  await page.waitForTimeout(300);
  await act?.(page, server);
  await page.waitForTimeout(100);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !isScreen });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) complain(`${wide} px too wide`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations) complain(`axe ${id}\n${nodes.slice(0, 4).map(inText).join('\n')}`);
  await context.close();
  server.closeAllConnections();
  server.close();
}

function inText({ html, failureSummary }) {
  return `    ${html.slice(0, 160)} ${failureSummary.replaceAll('\n', ' ').slice(0, 220)}`;
}

async function runsOf(home) {
  const now = Date.now();
  const answer = await fetch(new URL(`api/runs?from=${now - 86_400_000}&to=${now}`, home));
  return (await answer.json()).items;
}
