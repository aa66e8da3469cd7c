import { show } from '../error.text.js';
import { InvalidOptionError, refuseUnknownKeys, UnsupportedOptionError } from '../errors.js';
import { RULE_KEYS, ruleOf, type Rule } from '../trigger/rule.js';
import { DEFAULT_KEYS, RESERVED_OPTIONS, type ScheduleOptions, type TaskOptions } from './task.options.js';

/** What one decorator, or one call, says about a task. */
export interface Declaration {
  /** `ReportTasks.send: @Every` */
  readonly where: string;
  readonly options: ScheduleOptions;
}

/** The trigger options that fit one rule only. */
const RULE_OF = { offset: 'every', timeZone: 'cron' } as const;
const TASK_KEYS = [...DEFAULT_KEYS, 'name', 'group', 'payload', 'shutdownOrder'] as const;
const ALL_KEYS = [...RULE_KEYS, ...Object.keys(RULE_OF), ...TASK_KEYS, ...RESERVED_OPTIONS];

/** @throws {ConfigurationError} for a key that is unknown, reserved, or beside the wrong rule. */
export function refuseWrongKeys({ where, options }: Declaration): void {
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
export function mergeDeclarations(declarations: readonly Declaration[], place: string) {
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
