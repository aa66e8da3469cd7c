import {
  Controller,
  Inject,
  Module,
  Optional,
  UseGuards,
  VERSION_NEUTRAL,
  type DynamicModule,
  type Type,
} from '@nestjs/common';
import { refuseBare } from '../module/module.imports.js';
import { Assets } from './assets.js';
import { ChangeController } from './change.controller.js';
import { DashboardGuard } from './dashboard.guard.js';
import { Dashboard } from './dashboard.js';
import { resolveDashboard, type DashboardSettings, type StsDashboardOptions } from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';
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
   * global prefix, versioning (they are neutral), filters and global guards hold for them.
   *
   * @throws {InvalidOptionError} at bootstrap, for options that are wrong or not known, and in production without
   * `guards`, `access` and `auth`; {ModuleImportError} in an app without `StsModule.forRoot()`.
   * @example
   * ```ts
   * StsDashboardModule.forRoot({ path: 'admin/tasks', guards: [AdminGuard] });
   * ```
   */
  static forRoot(options: StsDashboardOptions = {}): DynamicModule {
    const settings = resolveDashboard(options);
    const { path } = settings;
    const guards = [...(options.guards ?? []), DashboardGuard];
    const controllerAt = (below: string, Base: Type) => routed(Base, `${path}${below}`, guards);
    return {
      module: StsDashboardModule,
      controllers: [
        controllerAt('/api', ReadController),
        controllerAt('/api', ChangeController),
        controllerAt('', PageController),
      ],
      providers: [
        { provide: DASHBOARD_SETTINGS, useValue: settings },
        { provide: Assets, useFactory: () => new Assets() },
        Dashboard,
        DashboardGuard,
        Replies,
      ],
    };
  }
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
