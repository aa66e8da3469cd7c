import { show } from '../error.text.js';
import { InvalidOptionError } from '../errors.js';
import { refuseNonObject, spelled, unknownKey } from '../option.keys.js';
import { RULE_KEYS, ruleOf, type Rule } from '../trigger/rule.js';
import type { ConfiguredPart } from './configured.js';
import { zonedHint, type Form } from './rule.hint.js';
import { TRIGGER_KEYS } from './schedule.js';
import { DEFAULT_KEYS, OWN_KEYS, type ScheduleOptions, type TaskOptions } from './task.options.js';

/** What one decorator, or one call, says about a task. */
export interface Declaration {
  /** `ReportTasks.send: @Every` */
  readonly where: string;
  readonly options: ScheduleOptions;
  /** What of the options is still to come from providers. @default nothing */
  readonly configured?: readonly ConfiguredPart[];
  /** @default 'decorator' */
  readonly form?: Form;
}

/** The trigger options that fit one rule only. */
const RULE_OF: ReadonlyMap<string, string> = new Map([
  ['offset', 'every'],
  ['timeZone', 'cron'],
]);
/** What a task may say on any decorator. */
export const TASK_KEYS = [...DEFAULT_KEYS, ...OWN_KEYS] as const;

const IS_TASK_KEY: ReadonlySet<string> = new Set(TASK_KEYS);
const IS_RULE_KEY: ReadonlySet<string> = new Set(RULE_KEYS);
const IS_TRIGGER_KEY: ReadonlySet<string> = new Set(TRIGGER_KEYS);

function isTaskKey(key: string): key is (typeof TASK_KEYS)[number] {
  return IS_TASK_KEY.has(key);
}

/** @throws {ConfigurationError} for a key that is unknown, or beside the wrong rule. */
export function refuseWrongKeys(declaration: Declaration): void {
  const { where, options } = declaration;
  refuseNonObject(options, where);
  const rule = ruleOf(options);
  refuseUnknownKey(declaration, rule);
  refuseTwoRules(options as Rule, where);
  for (const key of Object.keys(options)) {
    const got = (options as Record<string, unknown>)[key];
    if (got !== undefined && isMisplaced(key, rule)) throw misplaced(key, got, declaration);
  }
}

function refuseUnknownKey({ where, options, form }: Declaration, rule: string | undefined): void {
  const isKnown = (key: string) => isTaskKey(key) || IS_RULE_KEY.has(key) || isMisplaced(key, rule);
  const fits = (key: string) => rule !== undefined && (IS_TRIGGER_KEY.has(key) || RULE_OF.get(key) === rule);
  const unknown = Object.keys(options).find(key => !isKnown(key) && !fits(key));
  if (unknown === undefined) return;
  const own = rule === undefined ? [] : [...ruleKeys(rule), ...TRIGGER_KEYS];
  const rules = rule === undefined && form === 'fields' ? RULE_KEYS : [];
  throw unknownKey(unknown, [...rules, ...TASK_KEYS, ...own], where);
}

/** The trigger options that fit one rule only, and this one. */
function ruleKeys(rule: string): string[] {
  return [...RULE_OF.keys()].filter(key => RULE_OF.get(key) === rule);
}

function isMisplaced(key: string, rule: string | undefined): boolean {
  const itsRule = RULE_OF.get(spelled(key));
  return itsRule !== undefined && itsRule !== rule;
}

function misplaced(key: string, got: unknown, { where, options, form = 'decorator' }: Declaration) {
  const itsRule = RULE_OF.get(spelled(key));
  const belongs = `\`${key}\` belongs to the trigger: write it beside \`${itsRule}\`.`;
  const remedy = ruleOf(options) === 'every' ? zonedHint(form) : belongs;
  const expected = `a trigger of the kind ${itsRule}`;
  return new InvalidOptionError({ where: `${where}: ${key}`, expected, got, remedy });
}

function refuseTwoRules(options: Rule, where: string): void {
  const rules = RULE_KEYS.filter(key => options[key] !== undefined);
  if (rules.length < 2) return;
  const remedy = 'Give one of them; addTask() takes one after the other.';
  throw new InvalidOptionError({ where, expected: `one of ${RULE_KEYS.join(', ')}`, got: rules, remedy });
}

/**
 * The options of all declarations as one; the same key with two values is refused. Each update beats those before
 * it, and all declarations.
 */
export function mergeDeclarations(
  declarations: readonly Declaration[],
  updates: readonly Declaration[],
  place: string,
) {
  const options: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  const take = ({ where, options: own }: Declaration, refuse: (key: string, value: unknown) => void) => {
    for (const key of Object.keys(own)) {
      const value = (own as Record<string, unknown>)[key];
      if (value === undefined || !isTaskKey(key)) continue;
      refuse(key, value);
      options[key] = value;
      origins.set(key, where);
    }
  };
  for (const declaration of declarations) {
    take(declaration, (key, got) => {
      const origin = origins.get(key);
      if (origin === undefined || Object.is(options[key], got)) return;
      const expected = `the value that ${origin} gives, ${show(options[key])}`;
      const where = `${declaration.where}: ${key}`;
      throw new InvalidOptionError({ where, expected, got, remedy: 'Give it once.' });
    });
  }
  for (const update of updates) take(update, () => undefined);
  return {
    options: options as TaskOptions,
    whereOf: (key: string) => `${origins.get(key) ?? place}: ${key}`,
  };
}
