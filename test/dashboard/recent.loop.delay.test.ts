import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RecentLoopDelay } from '../../lib/dashboard/recent.loop.delay.js';

let delay: RecentLoopDelay;
beforeEach(() => void (delay = new RecentLoopDelay()));
afterEach(() => {
  delay.stop();
  vi.useRealTimers();
});

const NONE = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
const later = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Nothing else goes on for so long, after which the delay has been measured. */
async function block(ms: number) {
  await later(60);
  const until = performance.now() + ms;
  while (performance.now() < until);
  await later(60);
}

it('says by how much the event loop is late, once it was asked', async () => {
  const first = delay.read();
  await block(200);

  expect(first).toEqual(NONE);
  expect(delay.read().maxMs).toBeGreaterThan(100);
});

it('says it of the last minute', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  delay.read();
  vi.useRealTimers();
  await block(200);
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(1e12);

  expect(delay.read().maxMs).toBeGreaterThan(100);
  expect(delay.read()).toEqual(NONE);
});

it('begins anew when nobody has asked for two minutes', async () => {
  delay.read();
  await block(200);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  delay.read();
  vi.advanceTimersByTime(120_000);

  expect(delay.read()).toEqual(NONE);
});
