import { show } from './error.text.js';
import { allowanceIn, logThresholdIn, retriesIn, type Environment } from './environment.js';
import type { EngineOption } from './engine/shared.engine.js';
import { validOption } from './errors.js';
import { LOG_LEVEL_NAMES, logThreshold, type LogThreshold } from './log/log.threshold.js';
import { refuseNonObject, refuseUnknownKeys } from './option.keys.js';
import type { HistoryBounds } from './run/memory.run-store.js';
import type { RunStore } from './run/run.store.js';
import type { Around } from './executor/around.js';
import { parseErrorThreshold } from './policy/error.threshold.js';
import { parseCount, parseLayer, type PolicyLayer } from './task/task.defaults.js';
import type { Allowance } from './task/allowance.js';
import type { Declaration } from './task/task.declaration.js';
import { DEFAULT_KEYS, type ScheduleOptions } from './task/task.options.js';
import type { AppPolicy, GroupPolicy } from './task/task.resolver.js';
import { parseDuration, type Duration } from './time/duration.js';
import { timeZone } from './time/time-zone.js';
import type { GroupOptions, StsModuleOptions } from './sts.options.js';

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
  /** `null` = none. */
  readonly eventLoopWarningMs: number | null;
  /** As far as it is given. */
  readonly history: Partial<HistoryBounds>;
  /** `null` = memory. */
  readonly runStore: RunStore | null;
  /** `null` = this process. */
  readonly engine: EngineOption | null;
  /** By task's name. */
  readonly overrides: ReadonlyMap<string, Declaration>;
  /** `null` = none. */
  readonly around: Around | null;
  /** `null` = none. */
  readonly onError: StsModuleOptions['onError'] | null;
}

const KEYS = [
  ...DEFAULT_KEYS,
  'concurrency',
  'timeZone',
  'logLevel',
  'autoStart',
  'blocking',
  'shutdown',
  'eventLoopWarning',
  'groups',
  'history',
  'runStore',
  'engine',
  'enabled',
  'only',
  'overrides',
  'around',
  'onError',
] as const satisfies readonly (keyof StsModuleOptions)[];

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
      layers: [layer, { retry: { retries: retriesIn(environment) } }],
      allowances: allowancesOf(options, environment, where),
      isDurable: options.runStore?.durable !== undefined || options.engine !== undefined,
      isShared: options.engine !== undefined,
      groups: groupsOf(options.groups ?? {}, where),
      timeZone: options.timeZone === undefined ? undefined : zoneOf(options.timeZone, `${where}: timeZone`),
    }),
    logThreshold: thresholdOf(options, environment, `${where}: logLevel`),
    concurrency:
      options.concurrency === undefined ? null : parseCount(options.concurrency, `${where}: concurrency`),
    autoStart: flag(options.autoStart ?? true, `${where}: autoStart`),
    blocking: flag(options.blocking ?? true, `${where}: blocking`),
    shutdownTimeoutMs: shutdownTimeoutOf(options.shutdown ?? {}, `${where}: shutdown`),
    eventLoopWarningMs: eventLoopWarningOf(options.eventLoopWarning ?? '1s', `${where}: eventLoopWarning`),
    history: historyOf(options.history ?? {}, `${where}: history`),
    runStore: options.runStore === undefined ? null : storeOf(options.runStore, `${where}: runStore`),
    engine: options.engine === undefined ? null : engineOf(options, where),
    overrides: overridesOf(options.overrides ?? {}, `${where}: overrides`),
    around: options.around === undefined ? null : aroundOf(options.around, `${where}: around`),
    onError: options.onError === undefined ? null : onErrorOf(options.onError, `${where}: onError`),
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

/** The environment first, which beats all. */
function allowancesOf(options: StsModuleOptions, environment: Environment, where: string): Allowance[] {
  const { enabled = true, only } = options;
  const allowances = [allowanceIn(environment)];
  if (!flag(enabled, `${where}: enabled`)) allowances.push({ where: `${where}: enabled`, names: [] });
  if (only !== undefined)
    allowances.push({ where: `${where}: only`, names: namesOf(only, `${where}: only`) });
  return allowances.filter(allowance => allowance !== undefined);
}

function namesOf(names: readonly string[], where: string): readonly string[] {
  const isList = (list: unknown) => Array.isArray(list) && list.every(name => typeof name === 'string');
  return validOption(names, isList, { where, expected: 'a list of names of tasks or of their classes' });
}

function overridesOf(overrides: NonNullable<StsModuleOptions['overrides']>, place: string) {
  validOption(overrides, isObject, { where: place, expected: 'an object of options by task' });
  const declarations = Object.entries(overrides).map(([name, options]) => {
    const where = `${place}: ${name}`;
    refuseNonObject(options, where);
    const remedy = 'Name the task where it is declared.';
    validOption(options.name, isUnset, { where: `${where}: name`, expected: 'no name', remedy });
    return [name, { where, options: options as ScheduleOptions, form: 'fields' }] as const;
  });
  return new Map<string, Declaration>(declarations);
}

const isUnset = (value: unknown) => value === undefined;

function shutdownTimeoutOf(shutdown: NonNullable<StsModuleOptions['shutdown']>, where: string): number {
  const isDuration = typeof shutdown === 'string' || typeof shutdown === 'number';
  refuseNonObject(shutdown, where, isDuration ? `Write { timeout: ${show(shutdown)} }.` : undefined);
  refuseUnknownKeys(shutdown, ['timeout'], where);
  return parseDuration(shutdown.timeout ?? '25s', `${where}.timeout`);
}

const LEAST_EVENT_LOOP_WARNING_MS = 10;

function eventLoopWarningOf(given: Duration | 'none', where: string): number | null {
  if (given === 'none') return null;
  const expected = `a duration from ${LEAST_EVENT_LOOP_WARNING_MS} ms`;
  const remedy = "Write 'none' for no warning.";
  const isDuration = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  validOption(given, isDuration, { where, expected, remedy });
  const isValid = (ms: unknown) => Number(ms) >= LEAST_EVENT_LOOP_WARNING_MS;
  return validOption<number>(parseDuration(given, where), isValid, { where, expected, remedy });
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

function historyOf(history: Partial<HistoryBounds>, where: string): Partial<HistoryBounds> {
  refuseUnknownKeys(history, ['perTask', 'total'], where);
  const { perTask, total } = history;
  const isValid = (n: unknown) => n === undefined || (Number.isSafeInteger(n) && Number(n) >= 1);
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

function aroundOf(around: Around, where: string): Around {
  const expected = 'a function of the context and next';
  return validOption(around, value => typeof value === 'function', { where, expected });
}

function onErrorOf(onError: StsModuleOptions['onError'], where: string): StsModuleOptions['onError'] {
  const expected = 'a function of a failure';
  return validOption(onError, value => typeof value === 'function', { where, expected });
}

function engineOf({ engine, runStore }: StsModuleOptions, where: string): EngineOption {
  const isEngine = (value: unknown) => typeof (value as EngineOption | null)?.create === 'function';
  const remedy = "Write bullmq({ connection }), imported from 'nestjs-sts/bullmq'.";
  validOption(engine!, isEngine, { where: `${where}: engine`, expected: 'an engine', remedy });
  const expected = 'no run store beside an engine that keeps the runs of all processes';
  validOption(runStore, isUnset, { where: `${where}: runStore`, expected, remedy: 'Leave one of them out.' });
  return engine!;
}

function flag(value: unknown, where: string): boolean {
  return validOption(value, v => typeof v === 'boolean', { where, expected: 'true or false' });
}

function thresholdOf(options: StsModuleOptions, environment: Environment, where: string): LogThreshold {
  if (options.logLevel !== undefined) {
    const isLevel = (level: unknown) => logThreshold(level) !== undefined;
    return logThreshold(validOption(options.logLevel, isLevel, { where, expected: LOG_LEVEL_NAMES }))!;
  }
  return logThresholdIn(environment) ?? 'INFO';
}
