import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResourceLimits } from 'node:worker_threads';
import { MissingPackageError, validOption } from '../errors.js';
import { refuseNonObject, refuseUnknownKeys } from '../option.keys.js';
import { parseDuration, type Duration } from '../time/duration.js';

/** Where a `WorkerTask` finds its function, and how many threads it may have. */
export interface WorkerTaskOptions {
  /** The task's name, for `new WorkerTask({ name, … })` alone: a class of your own names its task itself. */
  readonly name?: string | undefined;
  /** The file, as JavaScript: `new URL('./crunch.worker.js', import.meta.url)`, or an absolute path. */
  readonly filename: string | URL;
  /** The name under which it exports the function. @default 'default' */
  readonly exportName?: string | undefined;
  /** How many runs of the task are at work at once, from 1; others wait. @default as many as there are processors */
  readonly maxThreads?: number | undefined;
  /** How long a thread that has nothing to do is kept for the next run. @default '10s' */
  readonly idleTimeout?: Duration | undefined;
  /** What a thread may use, as Node's `Worker` takes it: `{ maxOldGenerationSizeMb: 256 }`. @default Node's own */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** The options with all that was left open. */
export interface ResolvedWorker {
  readonly filename: string;
  readonly exportName: string;
  readonly maxThreads: number;
  readonly idleTimeoutMs: number;
  readonly resourceLimits: ResourceLimits;
}

const KEYS = [
  'filename',
  'exportName',
  'maxThreads',
  'idleTimeout',
  'resourceLimits',
] as const satisfies readonly (keyof WorkerTaskOptions)[];

/** @throws {ConfigurationError} that names the option. */
export function resolveWorker(given: Omit<WorkerTaskOptions, 'name'>, where: string): ResolvedWorker {
  refuseUnknownKeys(given, KEYS, where);
  const { exportName = 'default', maxThreads = availableParallelism(), resourceLimits = {} } = given;
  refuseNonObject(resourceLimits, `${where}: resourceLimits`);
  const isName = (value: unknown) => typeof value === 'string' && value !== '';
  const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1;
  return {
    filename: fileOf(given.filename, `${where}: filename`),
    exportName: validOption(exportName, isName, {
      where: `${where}: exportName`,
      expected: 'the name of an export',
    }),
    maxThreads: validOption(maxThreads, isCount, {
      where: `${where}: maxThreads`,
      expected: 'a whole number, 1 or more',
    }),
    idleTimeoutMs: parseDuration(given.idleTimeout ?? '10s', `${where}: idleTimeout`),
    resourceLimits,
  };
}

function fileOf(filename: string | URL, where: string): string {
  const path = pathOf(filename);
  const isFile = () => path !== undefined && isAbsolute(path) && existsSync(path);
  return validOption(path ?? filename, isFile, {
    where,
    expected: 'the absolute path, or the file: URL, of a file of JavaScript that exists',
    remedy: "Write new URL('./name.js', import.meta.url), or join(__dirname, 'name.js').",
  });
}

function pathOf(filename: unknown): string | undefined {
  const text = filename instanceof URL ? filename.href : filename;
  if (typeof text !== 'string') return undefined;
  return text.startsWith('file:') ? fileURLToPath(text) : text;
}

/** @throws {MissingPackageError} when piscina is not installed. */
export function requirePiscina(where: string): void {
  try {
    createRequire(import.meta.url).resolve('piscina');
  } catch (cause) {
    throw new MissingPackageError(
      {
        where,
        expected: 'the package piscina, which runs its threads',
        got: 'none',
        isGotText: true,
        remedy: 'Install it: npm i piscina.',
      },
      { cause },
    );
  }
}
