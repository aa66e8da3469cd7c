import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Injectable, Scope, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Manual, SchedulerRegistry, type Around, type StsEvent } from 'nestjs-sts';
import { expect, it, vi } from 'vitest';
import { appModule } from './apps.js';

/** Does nothing for so long, and lets nothing else happen either. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

@Injectable()
class Tasks {
  @Manual() plain() {
    block(300);
  }
  @UseGuards({ canActivate: () => true }) @Manual() guarded() {
    block(300);
  }
  @Manual() waiting() {
    return wait(900);
  }
}

@Injectable({ scope: Scope.REQUEST })
class Scoped {
  @Manual() scoped() {
    block(300);
  }
  @UseGuards({ canActivate: () => true }) @Manual() guarded() {
    block(300);
    throw new Error('boom');
  }
}

const late: Around = async (_, next) => {
  await wait(1);
  return next();
};

/** In real time, for that is what a blocked event loop costs. */
it.each<[string, Around | undefined]>([
  ['Tasks.plain', undefined],
  ['Tasks.guarded', undefined],
  ['Scoped.scoped', undefined],
  ['Scoped.guarded', undefined],
  ['Tasks.plain', late],
])('the event-loop watch names %s that blocks the loop, and not only those at work', async (name, around) => {
  const options = { eventLoopWarning: '100ms', around } as const;
  const app = await NestFactory.createApplicationContext(appModule([Tasks, Scoped], { options }), {
    logger: false,
  });
  const registry = app.get(SchedulerRegistry);
  const told: StsEvent[] = [];
  registry.events$.subscribe(event => event.type === 'eventLoopBlocked' && told.push(event));
  const waiting = await registry.trigger('Tasks.waiting');
  await wait(150);

  await (await registry.trigger(name)).finished();
  const fields = { taskName: name, running: expect.arrayContaining([name, 'Tasks.waiting']) as string[] };
  // A busy machine may cause others.
  const isTold = () => told.some(event => isDeepStrictEqual({ ...event, taskName: name }, event));
  await vi.waitUntil(isTold, { timeout: 5_000, interval: 5 }).catch(() => undefined);
  await waiting.finished();
  await app.close();

  expect(told).toContainEqual(expect.objectContaining(fields));
});
