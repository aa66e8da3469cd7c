import {
  ForbiddenException,
  Injectable,
  Module,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
} from '@nestjs/common';
import { StsDashboardModule, type ConfigView, type StsDashboardFreeOptions } from 'nestjs-sts/dashboard';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, serve, type Served, type ServedOptions } from './served.js';

@Injectable()
class Users {
  readonly title = 'Ours';

  knows(key: unknown) {
    return key === 'known';
  }
}

@Module({ providers: [Users], exports: [Users] })
class UsersModule {}

@Injectable()
class UserGuard implements CanActivate {
  constructor(readonly users: Users) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    if (this.users.knows(headers['key'])) return true;
    throw new ForbiddenException('The guard knows nobody.');
  }
}

let served: Served | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await served?.app.close();
  served = undefined;
});

const start = async (options: ServedOptions) => (served = await serve([], options));
const titled = ({ title }: Users) => ({ title });

describe.each(ADAPTERS)('what the dashboard imports, on %s', adapter => {
  it.each([
    ['forRoot()', () => StsDashboardModule.forRoot({ guards: [UserGuard], imports: [UsersModule] })],
    [
      'forRootAsync()',
      () =>
        StsDashboardModule.forRootAsync({
          guards: [UserGuard],
          imports: [UsersModule],
          inject: [Users],
          useFactory: titled,
        }),
    ],
  ])('is there for its guards: %s', async (_how, module: () => DynamicModule) => {
    const { get } = await start({ adapter, module: module() });

    const statuses = await Promise.all(
      ['sts', 'sts/api/tasks'].flatMap(path => [get(path), get(path, { key: 'known' })]),
    );

    expect(statuses.map(({ status }) => status)).toEqual([403, 200, 403, 200]);
    expect(await (await get('sts')).json()).toMatchObject({ message: 'The guard knows nobody.' });
  });

  it('is there for its options, at the path that was said at once', async () => {
    const options = { path: 'admin/tasks', imports: [UsersModule], inject: [Users] };
    const module = StsDashboardModule.forRootAsync({ ...options, useFactory: titled });
    const { json } = await start({ adapter, module });

    expect(await json<ConfigView>('admin/tasks/api/config')).toMatchObject({ title: 'Ours' });
  });
});

describe('forRootAsync() of the dashboard', () => {
  it('answers this computer only when its factory says nothing of who may see it', async () => {
    const { get } = await start({ module: StsDashboardModule.forRootAsync({ useFactory: () => ({}) }) });

    expect((await get('sts')).status).toBe(200);
    expect((await get('sts', { via: '1.1 proxy' })).status).toBe(403);
  });

  it('does not start in production when its factory says nothing of who may see it', async () => {
    vi.stubEnv('NODE_ENV', 'production');

    const starting = start({ module: StsDashboardModule.forRootAsync({ useFactory: async () => ({}) }) });

    await expect(starting).rejects.toThrow(
      'StsDashboardModule.forRootAsync() expects guards or access in production, got neither.',
    );
  });

  it.each([
    [{ useFactory: () => ({}), titel: 'x' }, /forRootAsync\(\) expects known options only, got 'titel'/],
    [{}, /forRootAsync\(\): useFactory expects a function, got undefined/],
    [{ useFactory: () => ({}), inject: Users }, /forRootAsync\(\): inject expects a list of providers/],
    [{ useFactory: () => ({}), imports: UsersModule }, /forRootAsync\(\): imports expects a list of modules/],
    [{ useFactory: () => ({}), guards: UserGuard }, /forRootAsync\(\): guards expects a list of guards/],
    [{ useFactory: () => ({}), path: '' }, /forRootAsync\(\): path expects a path/],
  ])('is refused at once with %o', (options, message) => {
    expect(() => StsDashboardModule.forRootAsync(options as never)).toThrow(message);
  });

  it('refuses a path or guards that its factory answers, and says where', async () => {
    const useFactory: () => StsDashboardFreeOptions = () => ({ guards: [UserGuard] }) as never;

    const starting = start({ module: StsDashboardModule.forRootAsync({ useFactory }) });

    await expect(starting).rejects.toThrow(
      "StsDashboardModule.forRootAsync(): useFactory expects known options only, got 'guards'.",
    );
  });
});

describe('the dashboard without forRoot()', () => {
  it('is refused at the start, with what to write', async () => {
    const starting = start({ module: { module: StsDashboardModule } });

    await expect(starting).rejects.toThrow(
      'StsDashboardModule expects to be imported as forRoot(), got StsDashboardModule. Write StsDashboardModule.forRoot()',
    );
  });
});

describe('two dashboards of one app', () => {
  it('are refused at one path, however it is written', async () => {
    const twice = {
      module: StsDashboardModule.forRoot(),
      imports: [StsDashboardModule.forRoot({ path: '/sts/' })],
    };

    await expect(start(twice)).rejects.toThrow(
      "StsDashboardModule with the path 'sts' expects to be imported once, got twice.",
    );
  });

  it('have a path, and guards, each', async () => {
    const admin = { path: 'admin', guards: [UserGuard], imports: [UsersModule] };
    const { get } = await start({ imports: [StsDashboardModule.forRoot(admin)] });

    const statuses = await Promise.all(['sts', 'admin'].map(async path => (await get(path)).status));

    expect(statuses).toEqual([200, 403]);
  });

  it('are one when a module that has it is imported twice', async () => {
    const module = StsDashboardModule.forRoot();
    @Module({ imports: [module] })
    class Again {}

    const { get } = await start({ module, imports: [Again] });

    expect((await get('sts')).status).toBe(200);
  });
});
