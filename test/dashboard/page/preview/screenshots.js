// Writes a picture of each page in light, dark and phone width, and tells what axe and the console say:
// node test/dashboard/page/preview/screenshots.js FOLDER [URL of a real dashboard]
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { previewServer } from './server.js';

const [folder = 'screenshots', url] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const server = previewServer();
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const home = url ?? `http://127.0.0.1:${server.address().port}/sts/`;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});

const { tasks, runs } = await facts(home);
const PAGES = {
  overview: '#/',
  tasks: '#/tasks',
  task: `#/tasks/${encodeURIComponent(tasks.find(name => /customers/.test(name)) ?? tasks[0])}`,
  'run-failed': `#/runs/${encodeURIComponent(runs.find(({ outcome }) => outcome === 'failure')?.id ?? '')}`,
  'run-running': `#/runs/${encodeURIComponent(runs.find(({ outcome }) => outcome === null)?.id ?? '')}`,
  'run-skipped': `#/runs/${encodeURIComponent(runs.find(({ outcome }) => outcome === 'skipped')?.id ?? '')}`,
  scheduler: '#/scheduler',
};
const LOOKS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1_360, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1_360, height: 900 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];
let complaints = 0;
for (const { name: look, ...options } of LOOKS) {
  const context = await browser.newContext({ ...options, bypassCSP: false, reducedMotion: 'reduce' });
  for (const [name, hash] of Object.entries(PAGES)) {
    const page = await context.newPage();
    page.on(
      'console',
      message => message.type() === 'error' && complain(`${look} ${name}: ${message.text()}`),
    );
    page.on('pageerror', error => complain(`${look} ${name}: ${error.message}`));
    await page.goto(home + hash);
    await page.locator('h1').waitFor();
    await page.waitForTimeout(700);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) complain(`${look} ${name}: ${wide} px too wide`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations) {
      complain(
        `${look} ${name}: axe ${id}\n${nodes
          .slice(0, 4)
          .map(
            ({ html, failureSummary }) =>
              `    ${html.slice(0, 160)} ${failureSummary.replaceAll('\n', ' ').slice(0, 220)}`,
          )
          .join('\n')}`,
      );
    }
    await page.close();
  }
  await context.close();
}
await browser.close();
server.closeAllConnections();
server.close();
console.log(complaints === 0 ? 'Nobody complains.' : `${complaints} complaints.`);

function complain(text) {
  complaints += 1;
  console.log(text);
}

async function facts(home) {
  const get = async path => (await fetch(new URL(path, home))).json();
  const now = Date.now();
  const { items } = await get('api/tasks');
  const timeline = await get(`api/runs?from=${now - 86_400_000}&to=${now}`);
  return { tasks: items.map(({ name }) => name), runs: timeline.items };
}
