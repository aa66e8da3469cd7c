import type { CanActivate, ExecutionContext, ModuleMetadata, Type } from '@nestjs/common';
import { InvalidOptionError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { Rights } from './api.views.js';
import { failingClosed, type Redact } from './redaction.js';

/** What somebody may do: everything, look only, look and some of the rest, or nothing at all. */
export type DashboardAccess = 'all' | 'read-only' | Partial<Rights> | false;

/** Of what its routes are made. */
export interface StsDashboardPlace {
  /** Where it is, below the app's global prefix; each dashboard of an app has its own. @default 'sts' */
  readonly path?: string | undefined;
  /**
   * Guards of yours, asked for every route of it: instances, or classes, which Nest makes with what global modules and
   * `imports` export. @default none
   */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[] | undefined;
  /** Modules that export what the guards inject. @default none */
  readonly imports?: ModuleMetadata['imports'] | undefined;
}

export interface StsDashboardOptions extends StsDashboardPlace {
  /** What stands at its top. @default 'Scheduled tasks' */
  readonly title?: string | undefined;
  /** What whoever asks may do. It is asked for each request, after all guards. @default 'all' */
  readonly access?: ((context: ExecutionContext) => DashboardAccess | Promise<DashboardAccess>) | undefined;
  /**
   * Says that neither `guards` nor `access` is forgotten: `'inherit'` when guards of the app (`APP_GUARD`,
   * `app.useGlobalGuards()`) protect it, without which it does not start in production; `'none'` when everybody may do
   * everything. @default it refuses to start in production, else answers this computer only
   */
  readonly auth?: 'inherit' | 'none' | undefined;
  /** Who asks, as the log and the reasons of pauses and cancellations show it. @default `name`, `email` or `id` of `request.user` */
  readonly user?: ((context: ExecutionContext) => string | null | Promise<string | null>) | undefined;
  /**
   * What is shown of a text in place of it: names, messages and stacks of errors, log lines, progress, reasons. When it
   * throws, or answers no text, nothing of it is shown, and the log says so once. @default all of it
   */
  readonly redact?: Redact | undefined;
  /** How many pages may be open and live at once, 1 to 10,000; more of them ask each 5 s. @default 100 */
  readonly maxConnections?: number | undefined;
}

export interface DashboardSettings extends Required<
  Pick<StsDashboardOptions, 'title' | 'access' | 'redact' | 'maxConnections'>
> {
  readonly user: StsDashboardOptions['user'];
  /** Without slashes at its ends, and without the app's prefix. */
  readonly path: string;
  /** How its module was imported, for messages. */
  readonly where: string;
  /** Whether guards of the app have to be there: `auth` says so, and no guards of its own stand beside it. */
  readonly isInherited: boolean;
  /** Whether it answers requests from this computer only. */
  readonly isLocalOnly: boolean;
}

const WHERE = 'StsDashboardModule.forRoot()';
export const PLACE_KEYS = [
  'path',
  'guards',
  'imports',
] as const satisfies readonly (keyof StsDashboardPlace)[];
export const FREE_KEYS = [
  'title',
  'access',
  'auth',
  'user',
  'redact',
  'maxConnections',
] as const satisfies readonly Exclude<keyof StsDashboardOptions, keyof StsDashboardPlace>[];

/** @throws {InvalidOptionError} for options that are wrong or not known, and in production for an open door. */
export function resolveDashboard(options: StsDashboardOptions, where = WHERE): DashboardSettings {
  refuseUnknownKeys(options, [...PLACE_KEYS, ...FREE_KEYS], where);
  const { path, guards } = placeOf(options, where);
  const { title = 'Scheduled tasks', access, auth, user, redact = asItIs, maxConnections = 100 } = options;
  const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
  const isFunction = (value: unknown) => value === undefined || typeof value === 'function';
  const isAuth = (value: unknown) => [undefined, 'inherit', 'none'].includes(value as undefined);
  const isCount = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 10_000;
  validOption(title, isText, { where: `${where}: title`, expected: 'a text' });
  validOption(access, isFunction, { where: `${where}: access`, expected: 'a function' });
  validOption(auth, isAuth, { where: `${where}: auth`, expected: "'inherit' or 'none'" });
  validOption(user, isFunction, { where: `${where}: user`, expected: 'a function' });
  validOption(redact, isFunction, { where: `${where}: redact`, expected: 'a function' });
  const expected = 'a whole number from 1 to 10,000';
  validOption(maxConnections, isCount, { where: `${where}: maxConnections`, expected });
  const isOpen = guards.length === 0 && access === undefined && auth === undefined;
  if (isOpen && isProduction()) throw openDoor(where);
  return {
    path,
    where,
    title,
    access: access ?? all,
    user,
    redact: failingClosed(redact),
    maxConnections,
    isInherited: auth === 'inherit' && guards.length === 0,
    isLocalOnly: isOpen,
  };
}

export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}

function openDoor(where: string): InvalidOptionError {
  return new InvalidOptionError({
    where,
    expected: 'guards or access in production',
    got: 'neither',
    isGotText: true,
    remedy:
      "Say who may see and start tasks; or write auth: 'inherit' when an APP_GUARD of the app says so, auth: 'none' when everybody may.",
  });
}

function all(): DashboardAccess {
  return 'all';
}

function asItIs(text: string): string {
  return text;
}

/** @throws {InvalidOptionError} for what no routes can be made of. */
export function placeOf(options: StsDashboardPlace, where = WHERE): Required<StsDashboardPlace> {
  const { guards = [], imports = [] } = options;
  validOption(guards, Array.isArray, { where: `${where}: guards`, expected: 'a list of guards' });
  validOption(imports, Array.isArray, { where: `${where}: imports`, expected: 'a list of modules' });
  return { path: pathOf(options, where), guards, imports };
}

/** The path of its routes, as Nest wants it: without slashes at its ends. */
function pathOf({ path = 'sts' }: StsDashboardPlace, where: string): string {
  const isPath = (value: unknown) =>
    typeof value === 'string' && /^\/*\w[\w~.-]*(\/\w[\w~.-]*)*\/*$/.test(value);
  const expected = "a path such as 'sts' or 'admin/tasks'";
  return validOption<string>(path, isPath, { where: `${where}: path`, expected }).replaceAll(
    /^\/+|\/+$/g,
    '',
  );
}
