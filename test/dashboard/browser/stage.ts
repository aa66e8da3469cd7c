import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Served } from '../../e2e/dashboard/served.js';
import { launch } from './chromium.js';
import type { Visit } from './visit.js';

/** What the tests of a file play on: one browser, and for each test an app and a visit, which are closed behind it. */
export interface Stage {
  readonly browser: Browser;
  served: Served | undefined;
  visited: Visit | undefined;
}

export function stage(): Stage {
  const set = { served: undefined, visited: undefined } as { -readonly [K in keyof Stage]: Stage[K] };
  beforeAll(async () => {
    set.browser = await launch();
  }, 300_000);
  afterAll(() => set.browser?.close());
  afterEach(async () => {
    await set.visited?.close();
    await set.served?.app.close();
    [set.served, set.visited] = [undefined, undefined];
  }, 60_000);
  return set;
}
