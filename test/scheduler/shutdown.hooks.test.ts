import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StsEvent } from '../../lib/run/run.events.js';
import { createCore } from '../../lib/scheduler/scheduler.core.js';
import type { StsModuleOptions } from '../../lib/sts.options.js';
import { resolveOptions } from '../../lib/sts.settings.js';
import { ManualClock } from '../../lib/testing/manual.clock.js';

let listeners: number;
beforeEach(() => {
  listeners = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  vi.spyOn(process, 'listenerCount').mockImplementation(() => listeners);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const isMissing = ({ type }: StsEvent) => type === 'shutdownHooksMissing';

async function bootedCore(options: StsModuleOptions = {}) {
  const core = createCore(resolveOptions({ logLevel: 'SILENT', ...options }, {}), new ManualClock());
  const events: StsEvent[] = [];
  core.registry.events$.subscribe(event => events.push(event));
  await core.boot();
  return { core, events };
}

describe('shutdown hooks', () => {
  it('are missed once, 5 s after the start, when nothing listens to SIGTERM', async () => {
    const { events } = await bootedCore();

    vi.advanceTimersByTime(4_999);
    expect(events.filter(isMissing)).toEqual([]);
    vi.advanceTimersByTime(60_000);

    expect(events.filter(isMissing)).toEqual([
      { type: 'shutdownHooksMissing', at: Date.parse('2026-01-01T00:00:00Z') },
    ]);
  });

  it('are not missed when something listens by then', async () => {
    const { events } = await bootedCore();

    listeners = 1;
    vi.advanceTimersByTime(60_000);

    expect(events.filter(isMissing)).toEqual([]);
  });

  it('are missed by a scheduler that starts later', async () => {
    const { events } = await bootedCore({ autoStart: false });

    vi.advanceTimersByTime(5_000);

    expect(events.map(({ type }) => type)).toEqual(['shutdownHooksMissing']);
  });

  it('are not looked for once the app has closed', async () => {
    const { core } = await bootedCore();

    await core.close();

    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['WARNING', [['shaped: shutdownHooksMissing']]],
    ['ERROR', []],
  ] as const)("are written at logLevel %s as the module's formatter shapes it", async (logLevel, lines) => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await bootedCore({ logLevel, logFormatter: ({ event }) => `shaped: ${event}` });

    vi.advanceTimersByTime(5_000);

    expect(warn.mock.calls).toEqual(lines);
  });
});
