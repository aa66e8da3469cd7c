// Measures how fast the dashboard is with 500 tasks and 10,000 runs: `npm run measure:dashboard`. It needs Chromium, on the
// PATH or in STS_TEST_CHROMIUM. What it tells belongs to the machine: what makes it fast is held by
// test/dashboard/browser/speed.test.ts.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SchedulerRegistry, StsModule, TaskScheduler } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { launchBrowser } from './launch.browser.js';

const ROUNDS = 5;
/** Of each page: where it is, and what stands there when it is complete. */
const PAGES = { overview: ['#/', 'Due at one instant'], tasks: ['#/tasks', 'task 0'] };
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

class AppModule {}
Module({ imports: [StsModule.forRoot({ logLevel: 'SILENT' }), StsDashboardModule.forRoot()] })(AppModule);

const browser = await launchBrowser();
const rows = [];
for (const [adapter, Adapter] of Object.entries({ Express: ExpressAdapter, Fastify: FastifyAdapter })) {
  const app = await busy(new Adapter());
  for (const page of Object.keys(PAGES)) rows.push({ adapter, page, ...(await measured(app, page)) });
  await app.close();
}
await browser.close();
console.table(rows);

async function busy(adapter) {
  const app = await NestFactory.create(AppModule, adapter, { logger: false, forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  const [registry, scheduler] = [app.get(SchedulerRegistry), app.get(TaskScheduler)];
  const hour = (new Date().getHours() + 6) % 24;
  for (let i = 0; i < 500; i++)
    scheduler.addTask({ name: `task ${i}`, run() {} }, { cron: `${i % 60} ${hour} * * *` });
  for (let i = 0; i < 10_000; i++) await (await registry.trigger(`task ${i % 500}`)).finished();
  return app;
}

/** The median of some visits, each with a browser that knows nothing yet. */
async function measured(app, name) {
  const [hash, text] = PAGES[name];
  const visits = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${await app.getUrl()}/sts${hash}`);
    await page.getByText(text, { exact: true }).first().waitFor();
    const completeMs = await page.evaluate('performance.now()');
    const paintMs = await page.evaluate(
      `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
    );
    const frames = await page.evaluate(SCROLL);
    visits.push({
      paintMs,
      completeMs,
      frameMs: frames[frames.length >> 1],
      slowFrameMs: frames[(frames.length / 10) | 0],
    });
    await context.close();
  }
  const median = key => visits.map(visit => visit[key]).sort((a, b) => a - b)[ROUNDS >> 1];
  return {
    'first paint, ms': Math.round(median('paintMs')),
    'complete, ms': Math.round(median('completeMs')),
    'frame while scrolling, ms': Math.round(median('frameMs') * 10) / 10,
    'slowest tenth, ms': Math.round(median('slowFrameMs') * 10) / 10,
  };
}
