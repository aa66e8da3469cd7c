import {
  InvalidOptionError,
  refuseUnknownKeys,
  show,
  suggestion,
  UnsupportedOptionError,
  validOption,
} from '../errors.js';
import { TriggerPool, type Rule } from '../trigger/trigger.pool.js';
import type { Trigger } from '../trigger/trigger.js';
import { DEFAULT_KEYS, parseLayer, resolvePolicy, type PolicyLayer } from './task.defaults.js';
import type { Declaration, RawTask, TaskDefinition } from './task.definition.js';
import { RESERVED_OPTIONS, type TaskOptions } from './task.options.js';

/** What the app says for all of its tasks. */
export interface AppPolicy {
  /** Module, then environment. */
  readonly layers: readonly PolicyLayer[];
  readonly groups: ReadonlyMap<string, PolicyLayer>;
  /** `undefined` = the host's. */
  readonly timeZone: string | undefined;
}

const RULE_KEYS = ['every', 'cron', 'at', 'schedule'] as const;
/** The trigger options that fit one rule only. */
const RULE_OF = { offset: 'every', timeZone: 'cron' } as const;
const TASK_KEYS = [...DEFAULT_KEYS, 'name', 'group', 'payload', 'shutdownOrder'] as const;
const ALL_KEYS = [...RULE_KEYS, ...Object.keys(RULE_OF), ...TASK_KEYS, ...RESERVED_OPTIONS];

/** Turns what users write into definitions: the one place where options are read, layered and frozen. */
export class TaskResolver {
  readonly #triggers = new TriggerPool();
  readonly #app: AppPolicy;
  #created = 0;

  constructor(app: AppPolicy) {
    this.#app = app;
  }

  /**
   * @param known the task that it replaces, whose place in the order of creation it keeps.
   * @throws {ConfigurationError} that names the place.
   */
  resolve(source: RawTask, known?: TaskDefinition): TaskDefinition {
    const { place, owner, handler, declarations } = source;
    declarations.forEach(refuseWrongKeys);
    const { options, whereOf } = merge(declarations, place);
    const name = parseName(options.name ?? source.name, whereOf('name'));
    const own = declarations.map(declaration => parseLayer(declaration.options, declaration.where));
    const group = options.group === undefined ? undefined : parseName(options.group, whereOf('group'));
    const layers = [...own, ...this.#groupLayer(group, whereOf('group')), ...this.#app.layers];
    return Object.freeze({
      name,
      group: group ?? null,
      place,
      owner,
      handler,
      source,
      triggers: Object.freeze(this.#triggersOf(declarations, name)),
      payload: options.payload === undefined ? null : parsePayload(options.payload, whereOf('payload')),
      shutdownOrder: parseOrder(
        options.shutdownOrder ?? known?.shutdownOrder ?? this.#created++,
        whereOf('shutdownOrder'),
      ),
      ...resolvePolicy(layers),
    });
  }

  #groupLayer(group: string | undefined, where: string): readonly PolicyLayer[] {
    const { groups } = this.#app;
    if (group === undefined || groups.size === 0) return [];
    const layer = groups.get(group);
    if (layer !== undefined) return [layer];
    const expected = `a group of the module's \`groups\`: ${[...groups.keys()].join(', ')}`;
    const remedy = suggestion(group, groups.keys()).trim();
    throw new InvalidOptionError({ where, expected, got: group, remedy });
  }

  #triggersOf(declarations: readonly Declaration[], name: string): Trigger[] {
    const triggers = new Set<Trigger>();
    for (const { where, options } of declarations) {
      if (ruleOf(options) === undefined) continue;
      const rule = options as Rule;
      const timeZone = rule.cron === undefined ? undefined : (rule.timeZone ?? this.#app.timeZone);
      triggers.add(this.#triggers.of({ ...rule, timeZone }, where, name));
    }
    return [...triggers];
  }
}

function ruleOf(options: object): (typeof RULE_KEYS)[number] | undefined {
  const written = RULE_KEYS.filter(key => key in options);
  // `@Every(undefined)` is still an @Every, with a wrong value.
  return written.find(key => (options as Rule)[key] !== undefined) ?? written[0];
}

function refuseWrongKeys({ where, options }: Declaration): void {
  refuseUnknownKeys(options, ALL_KEYS, where);
  const rule = ruleOf(options);
  const rules = RULE_KEYS.filter(key => (options as Rule)[key] !== undefined);
  if (rules.length > 1) {
    const remedy = 'Add one trigger after the other.';
    throw new InvalidOptionError({ where, expected: `one of ${RULE_KEYS.join(', ')}`, got: rules, remedy });
  }
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) refuseWrongKey(key, rule, where, value);
  }
}

function refuseWrongKey(key: string, rule: string | undefined, where: string, got: unknown): void {
  if (RESERVED_OPTIONS.some(reserved => reserved === key)) {
    const expected = `no option \`${key}\`, which this version does not support yet`;
    throw new UnsupportedOptionError({
      where,
      expected,
      got,
      remedy: 'Leave it out, or wait for the version that has it.',
    });
  }
  const ownRule = key in RULE_OF ? RULE_OF[key as keyof typeof RULE_OF] : rule;
  if (ownRule !== rule) {
    const remedy = `\`${key}\` belongs to the trigger: write it beside \`${ownRule}\`.`;
    throw new InvalidOptionError({
      where: `${where}: ${key}`,
      expected: `a trigger of the kind ${ownRule}`,
      got,
      remedy,
    });
  }
}

/** The options of all declarations as one; the same key with two values is refused. */
function merge(declarations: readonly Declaration[], place: string) {
  const options: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  for (const declaration of declarations) {
    for (const key of TASK_KEYS) {
      const value = (declaration.options as TaskOptions)[key];
      if (value === undefined) continue;
      const origin = origins.get(key);
      if (origin !== undefined && !Object.is(options[key], value)) {
        const expected = `the value that ${origin} gives, ${show(options[key])}`;
        throw new InvalidOptionError({
          where: `${declaration.where}: ${key}`,
          expected,
          got: value,
          remedy: 'Give it once.',
        });
      }
      options[key] = value;
      origins.set(key, declaration.where);
    }
  }
  return {
    options: options as TaskOptions,
    whereOf: (key: string) => `${origins.get(key) ?? place}: ${key}`,
  };
}

function parseName(name: unknown, where: string): string {
  const isValid = (n: unknown) => typeof n === 'string' && n.trim() === n && n !== '';
  return validOption(name, isValid, {
    where,
    expected: 'a name: text that is not empty, without white space around it',
  });
}

function parseOrder(order: unknown, where: string): number {
  return validOption(order, n => Number.isFinite(n), { where, expected: 'a finite number' });
}

function parsePayload(schema: NonNullable<TaskOptions['payload']>, where: string) {
  const isValid = (s: unknown) => typeof (s as typeof schema)?.['~standard']?.validate === 'function';
  return validOption<typeof schema>(schema, isValid, {
    where,
    expected: 'a Standard Schema, as zod and valibot make them',
  });
}
