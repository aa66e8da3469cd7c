import {
  Controller,
  Inject,
  Module,
  Optional,
  UseGuards,
  VERSION_NEUTRAL,
  type DynamicModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import { refuseBare } from '../module/module.imports.js';
import { Assets } from './assets.js';
import { ChangeController } from './change.controller.js';
import { DashboardGuard } from './dashboard.guard.js';
import { Dashboard } from './dashboard.js';
import { asyncPlaceOf, asyncSettings, type StsDashboardAsyncOptions } from './dashboard.async.options.js';
import {
  placeOf,
  resolveDashboard,
  type DashboardSettings,
  type StsDashboardOptions,
  type StsDashboardPlace,
} from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';
import { InheritedGuards } from './inherited.guards.js';
import { PageController } from './page.controller.js';
import { ReadController } from './read.controller.js';
import { Replies } from './reply.js';

/** A page in the app that shows its tasks and their runs, and a JSON API below it. */
@Module({})
export class StsDashboardModule {
  /** @internal */
  constructor(@Optional() @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings | undefined) {
    if (settings === undefined) refuseBare(StsDashboardModule.name);
  }

  /**
   * The dashboard with these options, at `/sts` unless `path` says otherwise. Its routes are those of Nest controllers:
   * global prefix, versioning (they are neutral), filters and global guards hold for them. Several of them have
   * a path each.
   *
   * @throws {InvalidOptionError} at once, for options that are wrong or not known, and in production without
   * `guards`, `access` and `auth`; at bootstrap, in production with `auth: 'inherit'` in an app without global guards;
   * {ModuleImportError} at bootstrap, in an app without `StsModule.forRoot()`, and for a second one at the same path.
   * @example
   * ```ts
   * StsDashboardModule.forRoot({ path: 'admin/tasks', guards: [AdminGuard], imports: [UsersModule] });
   * ```
   */
  static forRoot(options: StsDashboardOptions = {}): DynamicModule {
    const settings = resolveDashboard(options);
    return dashboardModule(placeOf(options), { provide: DASHBOARD_SETTINGS, useValue: settings });
  }

  /**
   * The same with options that come from providers. `path` and `guards` are said at once, for Nest's routes are made of
   * them.
   *
   * @throws {InvalidOptionError} at once, for a key that is not known; at bootstrap, for what `forRoot()` refuses;
   * {ModuleImportError} as `forRoot()`.
   * @example
   * ```ts
   * StsDashboardModule.forRootAsync({
   *   path: 'admin/tasks',
   *   guards: [AdminGuard],
   *   imports: [UsersModule],
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ title: config.getOrThrow('TITLE') }),
   * });
   * ```
   */
  static forRootAsync(options: StsDashboardAsyncOptions): DynamicModule {
    return dashboardModule(asyncPlaceOf(options), asyncSettings(options));
  }
}

function dashboardModule(place: Required<StsDashboardPlace>, settings: Provider): DynamicModule {
  const { path, imports } = place;
  const guards = [...place.guards, DashboardGuard];
  const controllerAt = (below: string, Base: Type) => routed(Base, `${path}${below}`, guards);
  return {
    module: StsDashboardModule,
    imports: [...imports],
    controllers: [
      controllerAt('/api', ReadController),
      controllerAt('/api', ChangeController),
      controllerAt('', PageController),
    ],
    providers: [
      settings,
      { provide: Assets, useFactory: () => new Assets() },
      Dashboard,
      DashboardGuard,
      InheritedGuards,
      Replies,
    ],
  };
}

/** A controller of its own for each path: what Nest reads of a class cannot be said of the same class twice. */
function routed(Base: Type, path: string, guards: Parameters<typeof UseGuards>): Type {
  const Routed = { [Base.name]: class extends Base {} }[Base.name]!;
  Controller({ path, version: VERSION_NEUTRAL })(Routed);
  UseGuards(...guards)(Routed);
  // What @ApiExcludeController() of @nestjs/swagger writes: the dashboard is no part of the app's API.
  Reflect.defineMetadata('swagger/apiExcludeController', [true], Routed);
  return Routed;
}
