import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page in a browser, and what went wrong in it. */
export interface Visit {
  readonly page: Page;
  /** Errors on the console, exceptions, violations of the policy, and requests to other places. */
  readonly wrongs: string[];
  /** What axe has against the page as it stands. */
  violations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Opens an address in a context of its own; whoever has a page with its own clock can let time pass in it. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly isGoingAway?: boolean; readonly hasOwnClock?: boolean } = {},
): Promise<Visit> {
  const { isGoingAway = false, hasOwnClock = false, ...contextOptions } = options;
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  const wrongs: string[] = [];
  page.on('pageerror', error => wrongs.push(`threw ${error.message}`));
  page.on('console', message => {
    const isOfNetwork = /Failed to load resource|net::ERR/.test(message.text());
    if (message.type() === 'error' && !(isGoingAway && isOfNetwork)) wrongs.push(message.text());
  });
  page.on('request', request => {
    const asked = new URL(request.url());
    if (asked.origin !== new URL(url).origin && asked.protocol !== 'data:')
      wrongs.push(`asked ${asked.href}`);
  });
  if (hasOwnClock) await page.clock.install();
  await page.goto(url);
  return {
    page,
    wrongs,
    // The debugger's evaluate() is not held by the page's policy, which no script of another place would pass.
    async violations() {
      if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
      const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    },
    close: () => context.close(),
  };
}
