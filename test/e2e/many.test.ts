import { Injectable, Scope, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Every, SchedulerRegistry } from 'nestjs-sts';
import { describe, expect, it } from 'vitest';
import { appModule } from './apps.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'exit', 'beforeExit', 'uncaughtException', 'unhandledRejection'];
const listeners = () => SIGNALS.map(name => process.listenerCount(name));

/** How many timers, sockets and the like hold the process, by kind. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('an app', () => {
  it('that is created and closed 200 times leaves no timer, listener or handle', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedTasks {
      @UseGuards({ canActivate: () => true })
      @Every('1h', { runOnStart: true })
      poll() {}
    }
    @Injectable()
    class Tasks {
      @Every(10) poll() {}
      @Every('1h', { timeout: '1m', runOnStart: true }) other() {}
    }
    const module = appModule([Tasks, ScopedTasks]);
    const once = async () => {
      const app = await NestFactory.createApplicationContext(module, { logger: false });
      app.enableShutdownHooks();
      await app.close();
    };
    await once();
    const before = [resources(), listeners()];

    for (let count = 0; count < 200; count++) await once();

    expect([resources(), listeners()]).toEqual(before);
  });

  it('with 5,000 decorated methods boots in a moment', async () => {
    const classes = Array.from({ length: 50 }, (_, index) => {
      class Tasks {}
      Object.defineProperty(Tasks, 'name', { value: `Tasks${index}` });
      for (let method = 0; method < 100; method++) {
        const descriptor = { value: () => undefined, configurable: true, writable: true };
        Object.defineProperty(Tasks.prototype, `task${method}`, descriptor);
        Every(`${1 + (method % 60)}m`)(Tasks.prototype, `task${method}`, descriptor);
      }
      return Tasks;
    });
    const boot = (providers: typeof classes) =>
      NestFactory.createApplicationContext(appModule(providers), { logger: false });
    await (await boot([])).close();

    const startedAt = performance.now();
    const app = await boot(classes);
    const tookMs = performance.now() - startedAt;
    const tasks = app.get(SchedulerRegistry).list().length;
    await app.close();

    expect(tasks).toBe(5_000);
    // Half a second beside others on two cores.
    expect(tookMs).toBeLessThan(5_000);
    if (process.env['STS_SHOW'] !== undefined) console.log(`5,000 methods: ${Math.round(tookMs)} ms`);
  });
});
