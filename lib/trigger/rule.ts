import type { Duration } from '../time/duration.js';
import type { Instant } from './at.trigger.js';
import type { Trigger } from './trigger.js';

/** In the place of a rule's value: there is no such trigger. */
export type Disabled = '-' | null;

/** A schedule as options write it: one of the four rules, with what belongs to it. */
export interface Rule {
  readonly every?: Duration | Disabled;
  readonly cron?: string | Disabled;
  readonly at?: Instant | Disabled;
  readonly schedule?: Trigger | Disabled;
  readonly offset?: Duration;
  readonly timeZone?: string;
}

/** The keys of a rule, one of which it is written with. */
export const RULE_KEYS = ['every', 'cron', 'at', 'schedule'] as const;

/** The key that a rule is written with; `undefined` when options write none. */
export function ruleOf(options: Rule | object): (typeof RULE_KEYS)[number] | undefined {
  let written: (typeof RULE_KEYS)[number] | undefined;
  for (const key of RULE_KEYS) {
    if ((options as Rule)[key] !== undefined) return key;
    // `@Every(undefined)` is still an @Every, with a wrong value.
    if (key in options) written ??= key;
  }
  return written;
}

/** Whether options have a rule that says that there is no such trigger. */
export function isDisabled(options: Rule | object): boolean {
  const key = ruleOf(options);
  const value: unknown = key && (options as Rule)[key];
  return value === null || (typeof value === 'string' && value.trim() === '-');
}
