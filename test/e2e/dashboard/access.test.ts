import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Logger,
  Module,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Every, Manual, SchedulerRegistry, TaskScheduler, type TaskContext } from 'nestjs-sts';
import { StsDashboardModule, type DashboardAccess } from 'nestjs-sts/dashboard';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, serve, type Served, type ServedOptions } from './served.js';

@Injectable()
class Tasks {
  @Manual({ name: 'hand' })
  hand() {}

  @Every('1h', { name: 'hourly' })
  hourly() {}

  @Manual({ name: 'slow' })
  slow({ signal }: TaskContext) {
    return new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  }
}

let served: Served | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await served?.app.close();
  served = undefined;
});

const start = async (options: ServedOptions) => (served = await serve([Tasks], options));

const CHANGES = [
  ['run', 'sts/api/tasks/hand/run'],
  ['pause', 'sts/api/tasks/hand/pause'],
  ['pause', 'sts/api/tasks/hand/resume'],
  ['cancel', 'sts/api/runs/nothing/cancel'],
] as const;

const READS = [
  'sts',
  'sts/api/config',
  'sts/api/tasks',
  'sts/api/runs',
  'sts/api/scheduler',
  'sts/api/events',
];

describe.each(ADAPTERS)('access to the dashboard, on %s', adapter => {
  it.each(CHANGES)('refuses to %s what is read-only: %s', async (_right, path) => {
    const { post } = await start({ adapter, dashboard: { access: () => 'read-only' } });

    expect((await post(path)).status).toBe(403);
  });

  it('lets who may look see everything, live too', async () => {
    const { get } = await start({ adapter, dashboard: { access: () => 'read-only' } });

    const statuses = await Promise.all(
      READS.map(async path => {
        const response = await get(path);
        await response.body?.cancel();
        return response.status;
      }),
    );

    expect(statuses).toEqual(READS.map(() => 200));
  });

  it.each(READS)('refuses %s to who may see nothing', async path => {
    const { get } = await start({ adapter, dashboard: { access: () => false } });

    expect((await get(path)).status).toBe(403);
  });

  it('takes an answer that is none for a refusal', async () => {
    const { get } = await start({
      adapter,
      dashboard: { access: () => undefined as unknown as DashboardAccess },
    });

    expect((await get('sts/api/tasks')).status).toBe(403);
  });

  it('gives one right without the others', async () => {
    const { post } = await start({ adapter, dashboard: { access: () => ({ run: true }) } });

    const statuses = await Promise.all(CHANGES.map(async ([, path]) => (await post(path)).status));

    expect(statuses).toEqual([202, 403, 403, 403]);
  });

  it.each([
    ['a form of another site', { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' }],
    ['JSON of another site', { 'sec-fetch-site': 'cross-site', 'x-sts-dashboard': '1' }],
    ['JSON of a sister site', { 'sec-fetch-site': 'same-site', 'x-sts-dashboard': '1' }],
    ['a form of its own site', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('refuses %s', async (_what, headers) => {
    const { post } = await start({ adapter, dashboard: { access: () => 'all' } });

    const response = await post('sts/api/tasks/hand/run', {}, headers);

    expect([403, 415]).toContain(response.status);
    expect((await served!.app.get(SchedulerRegistry).runs('hand')).items).toEqual([]);
  });

  it('asks a program without a browser for the header of its own', async () => {
    const { url } = await start({ adapter });
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/sts/api/tasks/hand/run`, {
        method: 'POST',
        body: '{}',
        // Node's fetch says nothing of the site, as curl does not.
        headers: { 'content-type': 'application/json', ...headers },
      });

    expect((await post({ 'x-sts-dashboard': '1' })).status).toBe(202);
    expect((await post({})).status).toBe(403);
    // Over plain http a browser says where a page is from in the Origin only.
    expect((await post({ 'x-sts-dashboard': '1', origin: url })).status).toBe(202);
    expect((await post({ 'x-sts-dashboard': '1', origin: 'http://evil.example' })).status).toBe(403);
  });

  it('refuses JSON that is not there, as it is on the other adapter', async () => {
    const { url } = await start({ adapter });
    const headers = { 'content-type': 'application/json', 'x-sts-dashboard': '1' };

    const response = await fetch(`${url}/sts/api/tasks/hand/run`, { method: 'POST', headers });

    expect(response.status).toBe(400);
    expect((await served!.app.get(SchedulerRegistry).runs('hand')).items).toEqual([]);
  });

  it('gives no data to a page of another site', async () => {
    const { get } = await start({
      adapter,
      before: app => app.enableCors({ origin: true, credentials: true }),
    });

    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://evil.example' },
    ];
    const statuses = await Promise.all(
      foreign.flatMap(headers =>
        ['sts/api/tasks', 'sts/api/events'].map(async path => (await get(path, headers)).status),
      ),
    );

    expect(statuses).toEqual([403, 403, 403, 403]);
  });

  it('asks guards of its options first, which Nest makes', async () => {
    @Injectable()
    class Closed implements CanActivate {
      constructor(readonly registry: SchedulerRegistry) {}
      canActivate(): boolean {
        throw new ForbiddenException(`closed for ${this.registry.list().length} tasks`);
      }
    }
    const { get, post } = await start({ adapter, dashboard: { guards: [Closed] } });

    const response = await get('sts/api/tasks');

    expect(await response.json()).toMatchObject({ statusCode: 403, message: 'closed for 3 tasks' });
    expect((await post('sts/api/tasks/hand/run')).status).toBe(403);
    expect((await get('sts')).status).toBe(403);
  });

  it('obeys guards of the app, its prefix, and its versions', async () => {
    const guard = { canActivate: (context: ExecutionContext) => isKnown(context) };
    @Module({ providers: [{ provide: APP_GUARD, useValue: guard }] })
    class Guards {}
    const { get } = await start({
      adapter,
      imports: [Guards],
      dashboard: { path: '/admin/tasks/', auth: 'inherit' },
      before: app =>
        app.setGlobalPrefix('v').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });

    expect((await get('v/admin/tasks/api/tasks', { authorization: 'me' })).status).toBe(200);
    expect((await get('v/admin/tasks', { authorization: 'me' })).status).toBe(200);
    expect((await get('v/admin/tasks/api/tasks')).status).toBe(403);
    expect((await get('admin/tasks/api/tasks', { authorization: 'me' })).status).toBe(404);
  });

  it('answers this computer only when nobody said who may see it', async () => {
    const { get } = await start({ adapter });

    const asked: Record<string, string>[] = [{}, { 'x-forwarded-for': '203.0.113.1' }, { via: '1.1 proxy' }];
    const statuses = await Promise.all(
      asked.map(async headers => (await get('sts/api/tasks', headers)).status),
    );

    expect(statuses).toEqual([200, 403, 403]);
    expect(await ofHttp10(`${served!.url}/sts/api/tasks`)).toMatch(/^HTTP\/1.1 403 /);
  });

  it.each([
    ['ann', 'ann'],
    [{ id: 7 }, '7'],
    [{ id: 7, name: 'Ann', email: 'ann@example.org' }, 'Ann'],
    [{ roles: ['admin'] }, 'somebody at 127.0.0.1'],
  ])('knows who asks by the user of the request: %o', async (user, who) => {
    const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const signsIn = {
      canActivate(context: ExecutionContext) {
        context.switchToHttp().getRequest<{ user: unknown }>().user = user;
        return true;
      },
    };
    const { post } = await start({ adapter, dashboard: { guards: [signsIn] } });

    await post('sts/api/tasks/hourly/pause');

    expect(log.mock.calls.map(([message]) => String(message))).toContainEqual(
      expect.stringMatching(new RegExp(`^${who} paused hourly: from the dashboard`)),
    );
  });

  it('logs each change with who made it, in one line', async () => {
    const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const { post } = await start({ adapter, dashboard: { access: () => 'all', user: () => 'ann\nroot' } });

    await post('sts/api/tasks/hourly/pause', { reason: 'deploy' });
    await post('sts/api/tasks/hand/run');
    const slow = (await (await post('sts/api/tasks/slow/run')).json()) as { runId: string };
    await post('sts/api/tasks/slow/run');
    await post(`sts/api/runs/${encodeURIComponent(slow.runId)}/cancel`);
    await served!.app.get(TaskScheduler).stop();

    const lines = log.mock.calls.map(([message]) => String(message)).filter(line => line.startsWith('ann'));
    expect(lines).toEqual([
      'ann root paused hourly: deploy (ann root)',
      expect.stringMatching(/^ann root started hand as run hand#[\w-]+$/) as string,
      expect.stringMatching(/^ann root started slow as run slow#[\w-]+$/) as string,
      expect.stringMatching(
        /^ann root asked for slow as run slow#[\w-]+, which was skipped: overlap$/,
      ) as string,
      `ann root cancelled ${slow.runId}: from the dashboard (ann root)`,
    ]);
    expect(served!.app.get(SchedulerRegistry).get('hourly').paused?.reason).toBe('deploy (ann\nroot)');
  });

  it('logs nothing of what changed nothing', async () => {
    const log = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    const { post } = await start({ adapter, dashboard: { access: () => 'all', user: () => 'ann' } });
    const { id } = await (await served!.app.get(SchedulerRegistry).trigger('hand')).finished();

    await post('sts/api/tasks/hourly/resume');
    await post('sts/api/tasks/hourly/pause');
    await post('sts/api/tasks/hourly/pause', { reason: 'again' });
    await post(`sts/api/runs/${encodeURIComponent(id)}/cancel`);

    const lines = log.mock.calls.map(([message]) => String(message)).filter(line => line.startsWith('ann'));
    expect(lines).toEqual(['ann paused hourly: from the dashboard (ann)']);
  });
});

/** What is answered to a proxy that speaks HTTP/1.0 and says nothing of itself. */
async function ofHttp10(address: string): Promise<string> {
  const { hostname, port, pathname } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${pathname} HTTP/1.0\r\nhost: localhost\r\n\r\n`);
  return text(socket);
}

function isKnown(context: ExecutionContext): boolean {
  return (
    context.switchToHttp().getRequest<{ headers: Record<string, string> }>().headers['authorization'] === 'me'
  );
}

describe('the start of the dashboard', () => {
  beforeEach(() => vi.stubEnv('NODE_ENV', 'production'));

  it('is refused in production when nobody said who may see it', () => {
    expect(() => StsDashboardModule.forRoot()).toThrow(
      /StsDashboardModule.forRoot\(\) expects guards or access in production, got neither\./,
    );
  });

  it.each([
    { auth: 'none' },
    { auth: 'inherit' },
    { access: () => 'read-only' },
    { guards: [class {}] },
  ] as const)('is not refused with %o', options => {
    expect(() => StsDashboardModule.forRoot(options as never)).not.toThrow();
  });

  it.each([
    [{ path: '' }, /path expects a path/],
    [{ path: '../x' }, /path expects a path/],
    [{ pfad: 'x' }, /pfad/],
    [{ auth: 'all' }, /auth expects 'inherit' or 'none', got 'all'/],
    [{ maxConnections: 0 }, /maxConnections/],
    [{ access: 'all' }, /access expects a function/],
  ])('is refused with %o', (options, message) => {
    expect(() => StsDashboardModule.forRoot({ auth: 'none', ...options } as never)).toThrow(message);
  });
});

describe('beside other controllers', () => {
  it('leaves their routes alone', async () => {
    @Controller('sts-more')
    class More {
      @Get()
      more() {
        return 'more';
      }
    }
    @Module({ controllers: [More] })
    class MoreModule {}
    const { get } = await start({ imports: [MoreModule], dashboard: { auth: 'none' } });

    expect(await (await get('sts-more')).text()).toBe('more');
  });
});
