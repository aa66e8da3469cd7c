// Takes docs/pictures/dashboard.png of the built dashboard: `npm run build && npm run docs:dashboard`. It needs Chromium,
// on the PATH or in STS_TEST_CHROMIUM.
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { setImmediate as turn } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { SchedulerRegistry, STS_CLOCK, StsModule, TaskScheduler } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { ManualClock } from 'nestjs-sts/testing';
import { launchBrowser } from './launch.browser.js';

class AppModule {}
Module({
  imports: [
    StsModule.forRoot({ logLevel: 'SILENT', timeZone: 'Europe/Paris' }),
    StsDashboardModule.forRoot({ title: 'The shop' }),
  ],
})(AppModule);

// An hour goes by in virtual time; the last of it is now.
const clock = new ManualClock(Date.now() - 60 * 60_000);
const builder = Test.createTestingModule({ imports: [AppModule] })
  .overrideProvider(STS_CLOCK)
  .useValue(clock);
const app = (await builder.compile()).createNestApplication();
await app.listen(0, '127.0.0.1');
const registry = app.get(SchedulerRegistry);
addTasks(app.get(TaskScheduler));
await registry.trigger('Search.reindex');
await pass(36);
await registry.trigger('Prices.import');
await pass(9);
await registry.pause('Mail.newsletter', 'the provider moves');
await pass(15);

const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme: 'light' });
await page.goto(`${await app.getUrl()}/sts`);
await page.getByText('Orders.ship').first().waitFor();
await page.getByText('Live').waitFor();
const path = fileURLToPath(new URL('../docs/pictures/dashboard.png', import.meta.url));
await page.screenshot({ path });
await browser.close();
console.log(`Wrote ${path}`);
// What still goes on would wait for a clock that nobody moves any more.
process.exit();

async function pass(minutes) {
  const until = clock.now() + minutes * 60_000;
  await turn();
  while (clock.advance(until)) await turn();
}

/** Tasks that succeed, are retried, wait, fail, and go on. */
function addTasks(scheduler) {
  const takes =
    (seconds, end = () => undefined) =>
    ({ signal }) =>
      new Promise((resolve, reject) => {
        clock.after(seconds * 1_000, () => resolve(end()));
        signal.addEventListener('abort', () => reject(signal.reason));
      });
  const failing = message => () => Promise.reject(new Error(message));
  const add = (name, run, schedule) => scheduler.addTask({ name, run }, schedule);
  add('Orders.ship', takes(60), { every: '5m', group: 'orders' });
  add('Orders.invoice', takes(90, failsAtTimes()), {
    every: '2m',
    group: 'orders',
    retry: { retries: 2, delay: '10s' },
  });
  add('Orders.archive', takes(500), { every: '8m', group: 'orders' });
  add('Prices.import', takes(20, failing('503 from the supplier')), { cron: '0 */6 * * *', timeout: '5m' });
  add('Search.reindex', takes(3_600), { cron: '0 4 * * *' });
  add('Mail.newsletter', takes(10), { every: '6m' });
}

function failsAtTimes() {
  let calls = 0;
  return () => (calls++ % 3 === 0 ? Promise.reject(new Error('the printer is out of paper')) : undefined);
}
