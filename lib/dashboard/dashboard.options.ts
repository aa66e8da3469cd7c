import type { CanActivate, ExecutionContext, Type } from '@nestjs/common';
import { InvalidOptionError, validOption } from '../errors.js';
import { refuseUnknownKeys } from '../option.keys.js';
import type { Rights } from './api.views.js';
import { failingClosed, type Redact } from './redaction.js';

/** What somebody may do: everything, look only, look and some of the rest, or nothing at all. */
export type DashboardAccess = 'all' | 'read-only' | Partial<Rights> | false;

export interface StsDashboardOptions {
  /** Where it is, below the app's global prefix. @default 'sts' */
  readonly path?: string | undefined;
  /** What stands at its top. @default 'Tasks' */
  readonly title?: string | undefined;
  /** Guards of yours, asked for every route of it: classes, which Nest makes, or instances. @default none */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[] | undefined;
  /** What whoever asks may do. It is asked for each request, after all guards. @default 'all' */
  readonly access?: ((context: ExecutionContext) => DashboardAccess | Promise<DashboardAccess>) | undefined;
  /**
   * Says that neither `guards` nor `access` is forgotten: `'inherit'` when guards of the app (`APP_GUARD`) protect it,
   * `'none'` when everybody may do everything. @default it refuses to start in production, else answers this computer only
   */
  readonly auth?: 'inherit' | 'none' | undefined;
  /** Who asks, as the log and the reasons of pauses and cancellations show it. @default `id`, `name` or `email` of `request.user` */
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
  /** Whether it answers requests from this computer only. */
  readonly isLocalOnly: boolean;
}

const WHERE = 'StsDashboardModule.forRoot()';
const KEYS = [
  'path',
  'title',
  'guards',
  'access',
  'auth',
  'user',
  'redact',
  'maxConnections',
] as const satisfies readonly (keyof StsDashboardOptions)[];

/** @throws {InvalidOptionError} for options that are wrong or not known, and in production for an open door. */
export function resolveDashboard(
  options: StsDashboardOptions,
  isProduction = process.env['NODE_ENV'] === 'production',
): DashboardSettings {
  refuseUnknownKeys(options, KEYS, WHERE);
  const { title = 'Tasks', guards = [], access, auth, user, redact = asItIs, maxConnections = 100 } = options;
  const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
  const isFunction = (value: unknown) => value === undefined || typeof value === 'function';
  const isAuth = (value: unknown) => [undefined, 'inherit', 'none'].includes(value as undefined);
  const isCount = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 10_000;
  validOption(title, isText, { where: `${WHERE}: title`, expected: 'a text' });
  validOption(guards, Array.isArray, { where: `${WHERE}: guards`, expected: 'a list of guards' });
  validOption(access, isFunction, { where: `${WHERE}: access`, expected: 'a function' });
  validOption(auth, isAuth, { where: `${WHERE}: auth`, expected: "'inherit' or 'none'" });
  validOption(user, isFunction, { where: `${WHERE}: user`, expected: 'a function' });
  validOption(redact, isFunction, { where: `${WHERE}: redact`, expected: 'a function' });
  const expected = 'a whole number from 1 to 10,000';
  validOption(maxConnections, isCount, { where: `${WHERE}: maxConnections`, expected });
  const isOpen = guards.length === 0 && access === undefined && auth === undefined;
  if (isOpen && isProduction) throw openDoor();
  return {
    path: pathOf(options),
    title,
    access: access ?? all,
    user,
    redact: failingClosed(redact),
    maxConnections,
    isLocalOnly: isOpen,
  };
}

function openDoor(): InvalidOptionError {
  return new InvalidOptionError({
    where: WHERE,
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

/** The path of its routes, as Nest wants it: without slashes at its ends. */
function pathOf({ path = 'sts' }: StsDashboardOptions): string {
  const isPath = (value: unknown) =>
    typeof value === 'string' && /^\/*\w[\w~.-]*(\/\w[\w~.-]*)*\/*$/.test(value);
  const expected = "a path such as 'sts' or 'admin/tasks'";
  return validOption<string>(path, isPath, { where: `${WHERE}: path`, expected }).replaceAll(
    /^\/+|\/+$/g,
    '',
  );
}
