import {
  BadRequestException,
  ForbiddenException,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import type { Rights } from './api.views.js';
import { DASHBOARD_SETTINGS } from './dashboard.tokens.js';
import type { DashboardSettings } from './dashboard.options.js';
import type { HttpRequest } from './http.js';
import { InheritedGuards } from './inherited.guards.js';
import { isCrossSite, isLocal, isOwnChange, OWN_HEADER } from './own.site.js';
import { rightsFrom } from './rights.js';

/** Who asks, and what they may do. */
export interface Visitor {
  readonly rights: Rights;
  /** `null` = nobody knows. */
  readonly user: string | null;
}

const NEEDS = 'nestjs-sts:dashboard.needs';

/** The right that a route needs beyond looking. */
export const Needs = (right: keyof Rights) => SetMetadata(NEEDS, right);

const visitors = new WeakMap<object, Visitor>();

/** Who made a request that the guard has let in. */
export function visitorOf(request: object): Visitor {
  return visitors.get(request)!;
}

/** Stands before every route of the dashboard, after the guards of the app and those of its options. */
@Injectable()
export class DashboardGuard implements CanActivate {
  readonly #settings: DashboardSettings;
  readonly #inherited: InheritedGuards;

  constructor(
    @Inject(DASHBOARD_SETTINGS) settings: DashboardSettings,
    @Inject(InheritedGuards) inherited: InheritedGuards,
  ) {
    this.#settings = settings;
    this.#inherited = inherited;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const { access, isLocalOnly } = this.#settings;
    if (isLocalOnly && !isLocal(request)) throw new ForbiddenException(LOCAL_ONLY);
    if (this.#inherited.areAwaited) throw new ForbiddenException(NO_GUARDS);
    const rights = rightsFrom(await access(context));
    if (rights === null) throw new ForbiddenException('You may not see this dashboard.');
    const need = Reflect.getMetadata(NEEDS, context.getHandler()) as keyof Rights | undefined;
    if (need !== undefined) refuseUnfit(request);
    if (need !== undefined && !rights[need]) throw new ForbiddenException(MAY_NOT[need]);
    visitors.set(request, { rights, user: await this.#userOf(context, request) });
    return true;
  }

  async #userOf(context: ExecutionContext, { user }: HttpRequest): Promise<string | null> {
    if (this.#settings.user !== undefined) return this.#settings.user(context);
    if (typeof user === 'string') return user;
    const { id, name, email } = (user ?? {}) as Readonly<Record<string, unknown>>;
    const known = [name, email, id].find(value => typeof value === 'string' || typeof value === 'number');
    return known === undefined ? null : String(known);
  }
}

/** Refuses what another site may have made a browser send. */
export function refuseForeign(request: HttpRequest): void {
  if (isOwnChange(request)) return;
  throw new ForbiddenException(
    `Changes come as JSON (content-type: application/json), from the dashboard's own page or with the header ${OWN_HEADER}.`,
  );
}

/** What Fastify refuses without a body, Express takes for an empty object. */
function refuseUnfit(request: HttpRequest): void {
  refuseForeign(request);
  if (request.headers['content-length'] === '0')
    throw new BadRequestException('The body is a JSON object, {} at least.');
}

/** Refuses data to a page of another site, whatever the app's CORS allows. */
export function refuseCrossSite(request: HttpRequest): void {
  if (isCrossSite(request)) throw new ForbiddenException('The dashboard answers no other site.');
}

const LOCAL_ONLY =
  "Without guards and access this dashboard answers requests from its own computer only. Give StsDashboardModule.forRoot() guards, access, or auth: 'none'.";

const NO_GUARDS = "This dashboard has auth: 'inherit', and the app is not known to have guards.";

const MAY_NOT: Readonly<Record<keyof Rights, string>> = {
  run: 'You may not start tasks.',
  pause: 'You may not pause or resume tasks.',
  cancel: 'You may not cancel runs.',
};
