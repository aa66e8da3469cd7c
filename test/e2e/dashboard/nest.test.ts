import { Catch, HttpException, Module, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost, ModulesContainer, NestFactory } from '@nestjs/core';
import { StsDashboardModule } from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, serve, type Served } from './served.js';

let served: Served | undefined;

afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

/** As an app has it that words all of its errors in its own way. */
@Catch(HttpException)
class OwnWords implements ExceptionFilter {
  constructor(readonly host: HttpAdapterHost) {}

  catch(error: HttpException, host: ArgumentsHost) {
    const status = error.getStatus();
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { sorry: error.message }, status);
  }
}

@Module({ providers: [{ provide: APP_FILTER, useClass: OwnWords }] })
class Filters {}

describe.each(ADAPTERS)('the dashboard as a part of a Nest app, on %s', adapter => {
  it.each([
    ['an unknown task', 'GET', 'sts/api/tasks/nobody', 404, /^No task is named 'nobody'/],
    ['an unknown run', 'GET', 'sts/api/runs/none', 404, /^No run is kept under none/],
    ['a bad query', 'GET', 'sts/api/runs?from=x', 400, /^from is a whole number/],
    ['a change without JSON', 'POST', 'sts/api/tasks/nobody/run', 403, /^Changes come as JSON/],
    ['an unknown file', 'GET', 'sts/assets/app.js', 404, /^No such file/],
  ])("words its refusals with the app's filter: %s", async (_what, method, path, status, sorry) => {
    const { url } = (served = await serve([], { adapter, imports: [Filters] }));

    const response = await fetch(`${url}/${path}`, { method });

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ sorry: expect.stringMatching(sorry) as string });
  });

  it("words with the app's filter that no more pages may be live", async () => {
    const options = { adapter, imports: [Filters], dashboard: { maxConnections: 1 } };
    const { get } = (served = await serve([], options));
    const first = await get('sts/api/events');

    const refused = await get('sts/api/events');

    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({ sorry: expect.stringContaining('maxConnections') as string });
    await first.body!.cancel();
  });
});

describe('the dashboard as a part of a Nest app', () => {
  it('asks @nestjs/swagger to leave each of its controllers out of the document', async () => {
    served = await serve([]);

    const modules = [...served.app.get(ModulesContainer).values()];
    const controllers = modules.flatMap(module => [...module.controllers.values()]);
    const excluded = controllers.map(({ metatype }) =>
      Reflect.getMetadata('swagger/apiExcludeController', metatype!),
    );

    expect(controllers.map(({ name }) => name)).toEqual([
      'ReadController',
      'ChangeController',
      'PageController',
    ]);
    expect(excluded).toEqual([[true], [true], [true]]);
  });

  it('needs a scheduler in the app', async () => {
    @Module({ imports: [StsDashboardModule.forRoot()] })
    class Alone {}

    const starting = NestFactory.createApplicationContext(Alone, { logger: false, abortOnError: false });

    await expect(starting).rejects.toThrow(
      'StsDashboardModule.forRoot() expects StsModule.forRoot() in the same app, got none.',
    );
  });
});
