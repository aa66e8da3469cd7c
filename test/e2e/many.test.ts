import { createHook } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { Injectable, Scope, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Every, SchedulerRegistry } from 'nestjs-sts';
import { describe, expect, it } from 'vitest';
import { appModule } from './apps.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'exit', 'beforeExit', 'uncaughtException', 'unhandledRejection'];
const listeners = () => SIGNALS.map(name => process.listenerCount(name));

/** How many sockets and the like hold the process, by kind; the test runner's own timers come and go. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'Timeout') counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Counts the timers that are made from now on and are neither over nor cleared, those that hold no process too. */
function timers() {
  const pending = new Set<number>();
  const hook = createHook({
    init(id, type) {
      if (type === 'Timeout') pending.add(id);
    },
    destroy: id => void pending.delete(id),
  }).enable();
  return {
    async count() {
      // Node tells of what is cleared a turn later.
      for (let turns = 0; turns < 3; turns++) await turn();
      return pending.size;
    },
    stop: () => hook.disable(),
  };
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
    const made = timers();

    for (let count = 0; count < 200; count++) await once();

    const left = await made.count();
    made.stop();

    expect([resources(), listeners()]).toEqual(before);
    // The test runner has some of its own.
    expect(left).toBeLessThan(20);
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
