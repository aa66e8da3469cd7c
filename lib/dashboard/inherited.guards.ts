import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { InvalidOptionError } from '../errors.js';
import { isProduction, type DashboardSettings } from './dashboard.options.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';

/** Whether the guards that `auth: 'inherit'` counts on are there. */
@Injectable()
export class InheritedGuards implements OnModuleInit {
  readonly #settings: DashboardSettings;
  readonly #app: ApplicationConfig;
  readonly #host: HttpAdapterHost;
  #hasLooked = false;

  constructor(
    @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings,
    @Inject(ApplicationConfig) app: ApplicationConfig,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    this.#settings = settings;
    this.#app = app;
    this.#host = host;
  }

  /** Whether nobody is let in: in production before it is known that the guards are there. */
  get areAwaited(): boolean {
    return this.#settings.isInherited && isProduction() && !this.#hasLooked;
  }

  /**
   * Nest has just made the routes, of the guards that were there: those that `app.useGlobalGuards()` adds later hold for
   * none of them.
   *
   * @throws {InvalidOptionError} in production, when there is none.
   */
  onModuleInit(): void {
    const areThere = this.#app.getGlobalGuards().length + this.#app.getGlobalRequestGuards().length > 0;
    // Where no HTTP is served there are no routes, and main.ts adds no guards.
    const isServed = Boolean(this.#host.httpAdapter?.getType());
    if (this.#settings.isInherited && isServed && !areThere) refuse(this.#settings.where);
    this.#hasLooked = true;
  }
}

function refuse(where: string): void {
  const error = new InvalidOptionError({
    where: `${where}: auth: 'inherit'`,
    expected: 'guards of the app',
    got: 'none, which lets everybody do everything',
    isGotText: true,
    remedy:
      "Provide an APP_GUARD, or call app.useGlobalGuards() before the app is initialized; or say who may see it by guards or access in place of auth. auth: 'none' is for everybody.",
  });
  if (isProduction()) throw error;
  new Logger('StsDashboard').warn(`${error.message} In production the app does not start.`);
}
