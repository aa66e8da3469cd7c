import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import { show } from './error.text.js';
import { InvalidEnvironmentError, validOption } from './errors.js';
import { LOG_LEVEL_NAMES, logThreshold, type LogLevelName, type LogThreshold } from './log/log.threshold.js';
import { refuseNonObject, refuseUnknownKeys } from './option.keys.js';
import type { HistoryBounds } from './run/memory.run-store.js';
import type { RunStore } from './run/run.store.js';
import { parseErrorThreshold, type ErrorThresholdOptions } from './policy/error.threshold.js';
import { parseCount, parseLayer, type PolicyLayer } from './task/task.defaults.js';
import { DEFAULT_KEYS, type TaskDefaults } from './task/task.options.js';
import type { AppPolicy, GroupPolicy } from './task/task.resolver.js';
import { parseDuration, type Duration } from './time/duration.js';
import { timeZone } from './time/time-zone.js';

/** What all tasks of a group have in common, unless a task says otherwise. */
export interface GroupOptions extends TaskDefaults {
  /** How many runs of all its tasks together go on at once, a whole number from 1; others wait. @default any number */
  readonly concurrency?: number;
  /** What happens when runs of its tasks fail again and again. @default nothing */
  readonly errorThreshold?: ErrorThresholdOptions;
}

/** Options of `StsModule.forRoot()`: how the scheduler works, and defaults for all tasks. */
export interface StsModuleOptions extends TaskDefaults {
  /** The time zone of cron expressions that name none, such as `'Europe/Paris'`. @default the host's */
  readonly timeZone?: string;
  /**
   * The least level that is written, or 'SILENT' for nothing; the app's own logger may drop more. Nest's and npm's
   * names for levels are understood as well.
   *
   * @default the environment's `STS_LOG_LEVEL` or `LOG_LEVEL`, else 'INFO'
   */
  readonly logLevel?: LogLevelName;
  /** Whether the scheduler starts with the app; otherwise `TaskScheduler.run()` starts it. @default true */
  readonly autoStart?: boolean;
  /**
   * Whether the scheduler keeps the process alive, and `TaskScheduler.run()` waits until it has stopped. With
   * `false`, no timer of the scheduler keeps the process alive.
   *
   * @default true
   */
  readonly blocking?: boolean;
  readonly shutdown?: {
    /** After this long a drain waits for nothing any more. @default '25s' */
    readonly timeout?: Duration;
  };
  /**
   * How many runs go on at once in this process, a whole number from 1; others wait. A handler that awaits another
   * run holds its own place meanwhile.
   *
   * @default any number
   */
  readonly concurrency?: number;
  /** Defaults by group; when there are any, a task's `group` must be one of them. @default none */
  readonly groups?: Readonly<Record<string, GroupOptions>>;
  /** How many runs are kept in memory. @default { perTask: 100, total: 10_000 } */
  readonly history?: Partial<HistoryBounds>;
  /** Keeps the runs in place of memory. @default memory, bounded by `history` */
  readonly runStore?: RunStore;
}

/** A class that makes the options, for `forRootAsync({ useClass })` and `useExisting`. */
export interface StsOptionsFactory {
  createStsOptions(): StsModuleOptions | Promise<StsModuleOptions>;
}

/** Options of `StsModule.forRootAsync()`: one of `useFactory`, `useClass` and `useExisting`. */
export interface StsModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly useFactory?: (...dependencies: never[]) => StsModuleOptions | Promise<StsModuleOptions>;
  readonly useClass?: Type<StsOptionsFactory>;
  readonly useExisting?: Type<StsOptionsFactory> | string | symbol;
  readonly inject?: Extract<Provider, { inject?: unknown }>['inject'];
}

/** The module's options, resolved and frozen. */
export interface StsSettings {
  readonly policy: AppPolicy;
  /** What events without a task are written with. */
  readonly layer: PolicyLayer;
  readonly logThreshold: LogThreshold;
  /** `null` = any number. */
  readonly concurrency: number | null;
  readonly autoStart: boolean;
  readonly blocking: boolean;
  readonly shutdownTimeoutMs: number;
  readonly history: HistoryBounds;
  /** `null` = memory. */
  readonly runStore: RunStore | null;
}

const KEYS = [
  ...DEFAULT_KEYS,
  'concurrency',
  'timeZone',
  'logLevel',
  'autoStart',
  'blocking',
  'shutdown',
  'groups',
  'history',
  'runStore',
] as const satisfies readonly (keyof StsModuleOptions)[];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the module's options and the environment, once.
 *
 * @param where who was given the options, for messages.
 * @throws {ConfigurationError} that names the option or the variable.
 */
export function resolveOptions(
  options: StsModuleOptions,
  environment: Environment,
  where = 'StsModule.forRoot()',
): StsSettings {
  // A factory that forgot its `return` resolves to nothing.
  const remedy = 'Use {} for the defaults.';
  validOption(options, isObject, { where, expected: 'an object of options', remedy });
  refuseUnknownKeys(options, KEYS, where);
  const layer = parseLayer(options, where);
  return Object.freeze({
    layer,
    policy: Object.freeze({
      layers: [layer, { retry: { retries: retriesOf(environment) } }],
      isDurable: options.runStore?.durable !== undefined,
      groups: groupsOf(options.groups ?? {}, where),
      timeZone: options.timeZone === undefined ? undefined : zoneOf(options.timeZone, `${where}: timeZone`),
    }),
    logThreshold: thresholdOf(options, environment, `${where}: logLevel`),
    concurrency:
      options.concurrency === undefined ? null : parseCount(options.concurrency, `${where}: concurrency`),
    autoStart: flag(options.autoStart ?? true, `${where}: autoStart`),
    blocking: flag(options.blocking ?? true, `${where}: blocking`),
    shutdownTimeoutMs: shutdownTimeoutOf(options.shutdown ?? {}, `${where}: shutdown`),
    history: historyOf(options.history ?? {}, `${where}: history`),
    runStore: options.runStore === undefined ? null : storeOf(options.runStore, `${where}: runStore`),
  });
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

function groupsOf(groups: NonNullable<StsModuleOptions['groups']>, where: string): AppPolicy['groups'] {
  validOption(groups, isObject, { where: `${where}: groups`, expected: 'an object of options by group' });
  return new Map(
    Object.entries(groups).map(([name, options]) => {
      return [name, groupOf(options, `${where}: groups.${name}`)];
    }),
  );
}

function shutdownTimeoutOf(shutdown: NonNullable<StsModuleOptions['shutdown']>, where: string): number {
  const isDuration = typeof shutdown === 'string' || typeof shutdown === 'number';
  refuseNonObject(shutdown, where, isDuration ? `Write { timeout: ${show(shutdown)} }.` : undefined);
  refuseUnknownKeys(shutdown, ['timeout'], where);
  return parseDuration(shutdown.timeout ?? '25s', `${where}.timeout`);
}

function groupOf(options: GroupOptions, where: string): GroupPolicy {
  refuseUnknownKeys(options, [...DEFAULT_KEYS, 'concurrency', 'errorThreshold'], where);
  const { concurrency, errorThreshold } = options;
  return {
    layer: parseLayer(options, where),
    concurrency: concurrency === undefined ? null : parseCount(concurrency, `${where}: concurrency`),
    errorThreshold:
      errorThreshold === undefined ? null : parseErrorThreshold(errorThreshold, `${where}: errorThreshold`),
  };
}

function historyOf(history: Partial<HistoryBounds>, where: string): HistoryBounds {
  refuseUnknownKeys(history, ['perTask', 'total'], where);
  const { perTask = 100, total = 10_000 } = history;
  const isValid = (n: unknown) => Number.isSafeInteger(n) && Number(n) >= 1;
  const complaint = { expected: 'a whole number of runs, 1 or more' };
  validOption(perTask, isValid, { where: `${where}.perTask`, ...complaint });
  validOption(total, isValid, { where: `${where}.total`, ...complaint });
  return { perTask, total };
}

/** Its name, when it is one. */
function zoneOf(name: string, where: string): string {
  timeZone(name, where);
  return name;
}

function storeOf(store: RunStore, where: string): RunStore {
  const methods = ['append', 'find', 'list', 'at'] as const;
  const isStore = (value: unknown) =>
    methods.every(method => typeof (value as RunStore)?.[method] === 'function');
  return validOption(store, isStore, { where, expected: `a RunStore, with ${methods.join(', ')}` });
}

function flag(value: unknown, where: string): boolean {
  return validOption(value, v => typeof v === 'boolean', { where, expected: 'true or false' });
}

function thresholdOf(options: StsModuleOptions, environment: Environment, where: string): LogThreshold {
  if (options.logLevel !== undefined) {
    const isLevel = (level: unknown) => logThreshold(level) !== undefined;
    return logThreshold(validOption(options.logLevel, isLevel, { where, expected: LOG_LEVEL_NAMES }))!;
  }
  const variable = firstSet(environment, ['STS_LOG_LEVEL', 'LOG_LEVEL']);
  if (variable === undefined) return 'INFO';
  const threshold = logThreshold(variable.value);
  if (threshold !== undefined) return threshold;
  throw wrongVariable(variable, LOG_LEVEL_NAMES);
}

function retriesOf(environment: Environment): number | undefined {
  const variable = firstSet(environment, ['STS_RETRIES', 'RETRIES']);
  if (variable === undefined) return undefined;
  if (/^\d{1,15}$/.test(variable.value.trim())) return Number(variable.value);
  throw wrongVariable(variable, 'a whole number of retries, 0 or more');
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function wrongVariable({ name, value }: Variable, expected: string): InvalidEnvironmentError {
  const remedy = name.startsWith('STS_') ? undefined : `Set STS_${name} where ${name} is meant for others.`;
  return new InvalidEnvironmentError({ where: name, expected, got: value, remedy });
}

/** An empty variable is one that is not set, as compose files leave them. */
function firstSet(environment: Environment, names: readonly string[]): Variable | undefined {
  const name = names.find(candidate => environment[candidate]?.trim());
  return name === undefined ? undefined : { name, value: environment[name]! };
}
