import { Injectable, Logger } from '@nestjs/common';
import { Every, Manual, ModuleImportError, type TaskContext } from 'nestjs-sts';
import { StsHeartbeatModule, type StsHeartbeatOptions } from 'nestjs-sts/heartbeat';
import type { StsTestKit } from 'nestjs-sts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bootError, startApp } from './apps.js';
import { checkServer } from './check.server.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: Awaited<ReturnType<typeof checkServer>>;
let kit: StsTestKit | undefined;
let warnings: string[];
beforeEach(async () => {
  server = await checkServer();
  warnings = [];
  const keep = (text: string) => void (text.startsWith('The heartbeat') && warnings.push(text));
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(keep);
  vi.spyOn(Logger.prototype, 'log').mockImplementation(keep);
});
afterEach(async () => {
  await kit?.close({ leaks: 'allow' });
  kit = undefined;
  await server.close();
  vi.restoreAllMocks();
});

function tasksAt(url: string) {
  const heartbeat = { url: `${url}/ping/uuid?create=1` };
  @Injectable()
  class Tasks {
    @Every('10s', { heartbeat: { url: `${url}/work/` } }) work() {}
    @Every('10s') silent() {}
    @Manual({ heartbeat, retry: { retries: 1, delay: '1s' } }) failing() {
      throw new Error('x'.repeat(20_000));
    }
    @Manual({ heartbeat }) wrong() {
      throw 'a text';
    }
    @Manual({ heartbeat, timeout: '5s' }) slow() {
      return new Promise(() => {});
    }
    @Manual({ heartbeat }) hanging({ signal }: TaskContext) {
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    }
    @Manual({ heartbeat, overlap: 'allowAll' }) quick() {}
  }
  return Tasks;
}

const start = async (options: StsHeartbeatOptions = {}, url = server.url) =>
  (kit = await startApp([tasksAt(url)], {
    imports: [StsHeartbeatModule.forRoot({ enabled: true, ...options })],
  }));

describe('a check hears', () => {
  it('of the start and the success of each run of its task, by one UUID, and of no other task', async () => {
    await (await start()).advanceBy('20s');

    const told = await server.heard(4);

    expect(told.map(({ path, body }) => [path, body])).toEqual([
      ['/work/start', ''],
      ['/work', ''],
      ['/work/start', ''],
      ['/work', ''],
    ]);
    const [first, second, third, fourth] = told.map(({ rid }) => rid);
    expect(first).toMatch(UUID);
    expect([second, fourth]).toEqual([first, third]);
    expect(first).not.toBe(third);
  });

  it('of a failure once its retries are over, with the beginning of the error', async () => {
    await (await start()).trigger('Tasks.failing');

    const [, { path, body } = { path: '', body: '' }] = await server.heard(2);

    expect(path).toBe('/ping/uuid/fail');
    expect(body).toMatch(/^Tasks\.failing#\S+: failure after 2 attempts\nError: x+/);
    expect(body.length).toBe(10_000);
    expect(server.told).toHaveLength(2);
  });

  it('of what was thrown and is no error', async () => {
    await (await start()).trigger('Tasks.wrong');

    expect((await server.heard(2))[1]!.body).toMatch(/: failure\nstring: a text$/);
  });

  it.each([
    [
      'a timeout',
      'slow',
      /: timeout\nRunTimeoutError: Tasks\.slow took longer than its timeout of 5000 ms\./,
    ],
    ['a cancellation', 'hanging', /: cancelled\nnot today$/],
  ])('of %s as a failure', async (_, name, text) => {
    const { registry } = await start();
    const run = await registry.trigger(`Tasks.${name}`);
    if (name === 'hanging') await registry.cancel(run.id, 'not today');
    await kit!.advanceBy('6s');

    expect((await server.heard(2))[1]).toMatchObject({
      path: '/ping/uuid/fail',
      body: expect.stringMatching(text),
    });
  });

  it('of the end of a run whose task was removed, or given another check, meanwhile', async () => {
    const { registry, scheduler } = await start();
    const heartbeat = { url: `${server.url}/another` };
    const removed = await registry.trigger('Tasks.hanging');
    scheduler.removeTask('Tasks.hanging');
    await registry.cancel(removed.id);
    const slow = await registry.trigger('Tasks.slow');
    await registry.update('Tasks.slow', { heartbeat });
    await registry.cancel(slow.id);
    await kit!.advanceBy('6s');

    const told = await server.heard(4);

    expect(told.map(({ path }) => path)).toEqual(
      Array.from({ length: 4 }, (_, i) => (i % 2 === 0 ? '/ping/uuid/start' : '/ping/uuid/fail')),
    );
  });

  it('who tells it, when its address has credentials', async () => {
    const { scheduler } = await start();
    const heartbeat = { url: server.url.replace('//', '//me:p%40ss@') };
    scheduler.addTask({ name: 'secret', run: () => undefined }, { heartbeat });
    await kit!.trigger('secret');

    const told = await server.heard(2);

    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(told).toMatchObject([
      { path: '/start', authorization },
      { path: '/', authorization },
    ]);
    expect(warnings).toEqual([]);
  });

  it('nothing of what is skipped', async () => {
    const { registry } = await start();
    await registry.trigger('Tasks.hanging');
    const skipped = await registry.trigger('Tasks.hanging');
    await skipped.finished();
    await kit!.close();
    kit = undefined;

    expect(server.told.map(({ path }) => path)).toEqual(['/ping/uuid/start', '/ping/uuid/fail']);
  });

  it('of the end of runs that a drain has ended, before the app is closed', async () => {
    const { registry } = await start();
    await registry.trigger('Tasks.hanging');
    await server.heard(1);
    await kit!.close();
    kit = undefined;

    expect(server.told.map(({ path }) => path)).toEqual(['/ping/uuid/start', '/ping/uuid/fail']);
  });
});

describe('a server that is slow', () => {
  it('delays no run, and hears of one run of a check after another', async () => {
    server.answerWith(response => void setTimeout(() => response.end('OK'), 200));
    await start();
    const startedAt = performance.now();

    const outcomes = [];
    for (let i = 0; i < 5; i++) outcomes.push(await kit!.trigger('Tasks.quick'));
    const tookMs = performance.now() - startedAt;

    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(Array(5).fill('success'));
    expect(tookMs).toBeLessThan(1_000); // The server takes two seconds for all of it.
    const paths = (await server.heard(10)).map(({ path }) => path);
    expect(paths).toEqual(
      Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? '/ping/uuid/start' : '/ping/uuid')),
    );
    expect(server.mostAtOnce).toBe(1);
  });

  it('hears of the newest runs when there are more than it takes', async () => {
    const held: (() => void)[] = [];
    server.answerWith(response => void held.push(() => response.end('OK')));
    await start();
    await kit!.trigger('Tasks.quick');
    await server.heard(1);
    const runs = [];
    for (let i = 0; i < 50; i++) runs.push(await kit!.trigger('Tasks.quick'));
    server.answerWith(response => void response.end('OK'));
    held.forEach(answer => answer());

    await server.heard(21);
    await kit!.close();
    kit = undefined;

    expect(server.told).toHaveLength(21);
    expect(server.told.at(-1)!.path).toBe('/ping/uuid');
  });

  it('is waited for so long at most, when the app closes', async () => {
    server.answerWith(() => undefined);
    await start({ shutdownTimeout: '100ms' });
    await kit!.trigger('Tasks.quick');
    await server.heard(1);
    const startedAt = performance.now();

    await kit!.close();
    kit = undefined;

    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('is asked again when it does not answer in time', async () => {
    server.answerWith(response => void (server.told.length > 1 && response.end('OK')));
    await start({ timeout: '100ms' });
    await kit!.trigger('Tasks.quick');

    const told = await server.heard(3);

    expect(told.map(({ path }) => path)).toEqual(['/ping/uuid/start', '/ping/uuid/start', '/ping/uuid']);
    expect(warnings).toEqual([]);
  });

  it('hears of as many checks at once as it may', async () => {
    server.answerWith(response => void setTimeout(() => response.end('OK'), 50));
    await start({ concurrency: 2 });
    for (let i = 0; i < 5; i++) {
      const heartbeat = { url: `${server.url}/${i}` };
      kit!.scheduler.addTask({ name: `task-${i}`, run: () => undefined }, { heartbeat });
      await kit!.trigger(`task-${i}`);
    }

    await server.heard(10);

    expect(server.mostAtOnce).toBe(2);
  });
});

describe('a server that fails', () => {
  it('is told again, and warned of once until it works', async () => {
    server.answerWith(response => void response.writeHead(503).end());
    await start({ retries: 1 });
    await kit!.trigger('Tasks.quick');
    const told = await server.heard(4);
    server.answerWith(response => void response.end('OK'));
    await kit!.trigger('Tasks.quick');
    await server.heard(6);
    await kit!.close();
    kit = undefined;

    expect(told.slice(0, 4).map(({ path }) => path)).toEqual([
      '/ping/uuid/start',
      '/ping/uuid/start',
      '/ping/uuid',
      '/ping/uuid',
    ]);
    expect(warnings).toEqual([
      'The heartbeat of Tasks.quick cannot be told: it answered 503.',
      'The heartbeat of Tasks.quick is told again.',
    ]);
  });

  it('is warned of once for each check that is left untold when the app closes', async () => {
    server.answerWith(
      (response, { path }) => void (path === '/ping/uuid/start' || response.writeHead(503).end()),
    );
    await start({ shutdownTimeout: '100ms' });
    await kit!.trigger('Tasks.quick');
    await kit!.trigger('Tasks.quick');
    await kit!.trigger('Tasks.work');
    await server.heard(2);

    await kit!.close();
    kit = undefined;

    expect(warnings.toSorted()).toEqual([
      'The heartbeat of Tasks.quick cannot be told: the app has closed before it answered.',
      'The heartbeat of Tasks.work cannot be told: it answered 503, and the app has closed.',
    ]);
  });

  it('is not told again what it refuses', async () => {
    server.answerWith(response => void response.writeHead(404).end());
    await start();
    await kit!.trigger('Tasks.quick');
    await server.heard(2);
    await kit!.close();
    kit = undefined;

    expect(server.told).toHaveLength(2);
    expect(warnings).toEqual(['The heartbeat of Tasks.quick cannot be told: it answered 404.']);
  });
});

describe('a server that is down', () => {
  it('harms no run, and costs a warning without its address', async () => {
    const gone = await checkServer();
    await gone.close();
    await start({ retries: 0 }, gone.url);

    const { outcome } = await kit!.trigger('Tasks.quick');
    await kit!.close();
    kit = undefined;

    expect(outcome.kind).toBe('success');
    expect(warnings).toEqual(['The heartbeat of Tasks.quick cannot be told: ECONNREFUSED.']);
  });
});

describe('StsHeartbeatModule', () => {
  it('tells nobody anything under the clock of a test, unless it is asked to', async () => {
    await (await start({ enabled: undefined })).advanceBy('1h');
    await kit!.close();
    kit = undefined;

    expect(server.told).toEqual([]);
  });

  it('refuses to be imported twice', async () => {
    const imports = [StsHeartbeatModule.forRoot(), StsHeartbeatModule.forRoot({ retries: 1 })];

    const error = await bootError([], { imports });

    expect(error).toBeInstanceOf(ModuleImportError);
    expect(error.message).toBe(
      'StsHeartbeatModule.forRoot() expects to be imported once, got twice. ' +
        'Import it beside StsModule.forRoot(), and nowhere else.',
    );
  });

  it.each<[string, object, string]>([
    ['an option that is not known', { url: 'x' }, "got 'url'"],
    ['a flag that is none', { enabled: 1 }, 'enabled expects true or false'],
    ['no timeout', { timeout: 0 }, 'timeout expects a duration above 0'],
    ['retries for ever', { retries: Infinity }, 'retries expects a whole number from 0 to 10'],
    ['no concurrency', { concurrency: 0 }, 'concurrency expects a whole number, 1 or more'],
    ['a wait that is none', { shutdownTimeout: 'soon' }, 'shutdownTimeout expects'],
  ])('refuses %s', async (_, options, message) => {
    const error = await bootError([], { imports: [StsHeartbeatModule.forRoot(options)] });

    expect(error.message).toContain(message);
  });
});
