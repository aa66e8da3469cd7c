import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, Module, Scope, type CanActivate, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { StsModule } from 'nestjs-sts';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, serve, type Served, type ServedOptions } from './served.js';

@Injectable()
class Closed implements CanActivate {
  canActivate() {
    return false;
  }
}

@Module({ providers: [{ provide: APP_GUARD, useClass: Closed }] })
class Guarded {}

@Module({ providers: [{ provide: APP_GUARD, useClass: Closed, scope: Scope.REQUEST }] })
class GuardedPerRequest {}

let served: Served | undefined;

beforeEach(() => void vi.stubEnv('NODE_ENV', 'production'));

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await served?.app.close();
  served = undefined;
});

const start = async (options: ServedOptions) =>
  (served = await serve([], { dashboard: { auth: 'inherit' }, ...options }));

describe.each(ADAPTERS)("auth: 'inherit' in production, on %s", adapter => {
  it('does not start without global guards', async () => {
    await expect(start({ adapter })).rejects.toThrow(
      "StsDashboardModule.forRoot(): auth: 'inherit' expects guards of the app, got none, which lets everybody do everything. Provide an APP_GUARD",
    );
  });

  it.each<[string, ServedOptions]>([
    ['an APP_GUARD', { imports: [Guarded] }],
    ['an APP_GUARD that is made per request', { imports: [GuardedPerRequest] }],
    ['app.useGlobalGuards()', { before: app => app.useGlobalGuards(new Closed()) }],
  ])('leaves it to %s', async (_what, options) => {
    const { get } = await start({ adapter, ...options });

    expect((await get('sts/api/tasks')).status).toBe(403);
  });

  it('starts with guards of its own beside it', async () => {
    const { get } = await start({ adapter, dashboard: { auth: 'inherit', guards: [Closed] } });

    expect((await get('sts')).status).toBe(403);
  });
});

describe("auth: 'inherit'", () => {
  @Module({
    imports: [StsModule.forRoot({ logLevel: 'SILENT' }), StsDashboardModule.forRoot({ auth: 'inherit' })],
  })
  class AppModule {}

  it('lets nobody in before it has looked for the guards', async () => {
    const statuses: number[] = [];
    @Injectable()
    class Early implements OnModuleInit {
      constructor(readonly host: HttpAdapterHost) {}

      async onModuleInit() {
        const server = this.host.httpAdapter.getHttpServer() as Server;
        await once(server.listen(0, '127.0.0.1'), 'listening');
        const { port } = server.address() as AddressInfo;
        statuses.push((await fetch(`http://127.0.0.1:${port}/sts`)).status);
        server.closeAllConnections();
        await once(server.close(), 'close');
      }
    }
    @Module({ providers: [Early] })
    class Deep {}
    @Module({ imports: [Deep] })
    class Below {}
    const open = { canActivate: () => true };

    const { get } = await start({ imports: [Below], before: app => app.useGlobalGuards(open) });

    expect([...statuses, (await get('sts')).status]).toEqual([403, 200]);
  });

  it('is no matter where no HTTP is served', async () => {
    const options = { logger: false, abortOnError: false } as const;
    const context = await NestFactory.createApplicationContext(AppModule, options);
    const tested = await Test.createTestingModule({ imports: [AppModule] }).compile();

    await tested.init();
    await Promise.all([context.close(), tested.close()]);
  });

  it('warns where it is not production', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { get } = await start({});

    expect((await get('sts')).status).toBe(200);
    expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringMatching(/auth: 'inherit' expects guards of the app, got none.*does not start\.$/),
    ]);
  });
});
