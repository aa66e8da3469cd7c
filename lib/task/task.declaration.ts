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

/** @throws {ConfigurationError} for a key that is unknown, or beside the wrong rule. */
export function refuseWrongKeys(declaration: Declaration): void {
  const { where, options } = declaration;
  refuseNonObject(options, where);
  refuseUnknownKey(declaration);
  refuseTwoRules(options as Rule, where);
  for (const [key, got] of Object.entries(options)) {
    if (got === undefined) continue;
    if (isMisplaced(key, ruleOf(options))) throw misplaced(key, got, declaration);
  }
}

function refuseUnknownKey({ where, options, form }: Declaration): void {
  const rule = ruleOf(options);
  const rules: readonly string[] = RULE_KEYS;
  const own = rule === undefined ? [] : [...ruleKeys(rule), ...TRIGGER_KEYS];
  const known = [...(rule === undefined && form === 'fields' ? rules : []), ...TASK_KEYS, ...own];
  const hasOwnMessage = (key: string) => rules.includes(key) || isMisplaced(key, rule);
  const unknown = Object.keys(options).find(key => !known.includes(key) && !hasOwnMessage(key));
  if (unknown !== undefined) throw unknownKey(unknown, known, where);
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
    for (const key of TASK_KEYS) {
      const value = (own as TaskOptions)[key];
      if (value === undefined) continue;
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
