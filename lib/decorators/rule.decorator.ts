import { isConfigured, type Configured, type ConfiguredPart } from '../task/configured.js';
import type { ScheduleOptions } from '../task/task.options.js';
import type { RULE_KEYS } from '../trigger/rule.js';
import { taskDecorator, type TaskDecorator } from './task.metadata.js';

/** What a decorator with a rule was given. */
export interface GivenRule {
  readonly key: (typeof RULE_KEYS)[number];
  readonly value: unknown;
  readonly options: object | undefined;
}

/** A decorator that notes a rule and what stands beside it, either of which may come from providers. */
export function ruleDecorator(decorator: string, { key, value, options }: GivenRule): TaskDecorator {
  const configured: ConfiguredPart[] = [];
  if (isConfigured(options)) configured.push({ key: null, source: options });
  if (isConfigured(value)) configured.push({ key, source: value });
  const literal = isConfigured(options) ? {} : options;
  return taskDecorator({ decorator, options: { ...literal, [key]: value } as ScheduleOptions, configured });
}

/** The options of a decorator that has no rule. */
export function optionsDecorator(decorator: string, options: object | undefined): TaskDecorator {
  if (!isConfigured(options)) return taskDecorator({ decorator, options: { ...options } });
  const source = options satisfies Configured<never>;
  return taskDecorator({ decorator, options: {}, configured: [{ key: null, source }] });
}
