import { ConfigurationError, InvalidTriggerError, show } from '../errors.js';
import type { Duration } from '../time/duration.js';
import { atTrigger, type Instant } from './at.trigger.js';
import { cronTrigger } from './cron.trigger.js';
import { everyTrigger } from './every.trigger.js';
import { LAST_INSTANT, type Trigger } from './trigger.js';

/** A schedule as options write it: one of the four rules, with what belongs to it. */
export interface Rule {
  readonly every?: Duration;
  readonly cron?: string;
  readonly at?: Instant;
  readonly schedule?: Trigger;
  readonly offset?: Duration;
  readonly timeZone?: string;
}

/** The keys of a rule, one of which it is written with. */
export const RULE_KEYS = ['every', 'cron', 'at', 'schedule'] as const;

/** The key that a rule is written with; `undefined` when options write none. */
export function ruleOf(options: Rule | object): (typeof RULE_KEYS)[number] | undefined {
  const written = RULE_KEYS.filter(key => key in options);
  // `@Every(undefined)` is still an @Every, with a wrong value.
  return written.find(key => (options as Rule)[key] !== undefined) ?? written[0];
}

/** Makes triggers; equal rules share one object, so that the timeline keeps one entry for all their tasks. */
export class TriggerPool {
  /** Held weakly: tasks come and go, and each may bring a rule of its own. */
  readonly #byRule = new Map<string, WeakRef<Trigger>>();
  readonly #collected = new FinalizationRegistry<string>(key => {
    if (this.#byRule.get(key)?.deref() === undefined) this.#byRule.delete(key);
  });
  readonly #byObject = new WeakMap<Trigger, Trigger>();

  /**
   * @param hashSeed what `H` in a cron expression is derived from: the task's name.
   * @throws {ConfigurationError} that begins with `where`.
   */
  of(rule: Rule, where: string, hashSeed: string): Trigger {
    try {
      return ruleOf(rule) === 'schedule' ? this.#users(rule.schedule) : this.#own(rule, hashSeed);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // `everyTrigger: offset` becomes `ReportTasks.send: @Every: offset`.
      const field = error.where.indexOf(': ');
      throw error.at(field < 0 ? where : where + error.where.slice(field));
    }
  }

  #own(rule: Rule, hashSeed: string): Trigger {
    const isSeeded = typeof rule.cron === 'string' && HASHED.test(rule.cron);
    const key = [rule.every, rule.cron, rule.at, rule.offset, rule.timeZone, isSeeded ? hashSeed : '']
      .map(keyPart)
      .join('|');
    const known = this.#byRule.get(key)?.deref();
    if (known !== undefined) return known;
    const trigger = create(rule, hashSeed);
    this.#byRule.set(key, new WeakRef(trigger));
    this.#collected.register(trigger, key);
    return trigger;
  }

  #users(trigger: Trigger | undefined): Trigger {
    if (typeof trigger?.next !== 'function') {
      const expected = 'a trigger: an object with next(after: number): number | null';
      throw new InvalidTriggerError({ where: 'schedule', expected, got: trigger });
    }
    const known = this.#byObject.get(trigger);
    if (known !== undefined) return known;
    const checked = checkedTrigger(trigger);
    this.#byObject.set(trigger, checked);
    return checked;
  }
}

/** `H` at the beginning of an item: not that of `THU`. */
const HASHED = /(?:^|[\s,])h(?:$|[\s,/(])/i;

function create(rule: Rule, hashSeed: string): Trigger {
  const { every, cron, at, offset, timeZone } = rule;
  const key = ruleOf(rule);
  if (key === 'every') return everyTrigger(every!, { offset });
  if (key === 'cron') return cronTrigger(cron!, { timeZone, hashSeed });
  return atTrigger(at!);
}

/** A user's trigger that cannot stop the timeline: an answer that is no later instant is an error. */
function checkedTrigger(trigger: Trigger): Trigger {
  const hasText = typeof trigger.toString === 'function' && trigger.toString !== Object.prototype.toString;
  const text = hasText ? String(trigger) : 'a trigger of its own';
  return {
    next(after) {
      const due: unknown = trigger.next(after);
      if (due === null || (typeof due === 'number' && due > after && due <= LAST_INSTANT)) return due;
      const expected = `next(${show(after)}) to answer a later instant in epoch ms, or null`;
      throw new InvalidTriggerError({ where: text, expected, got: due });
    },
    toString: () => text,
  };
}

/** Distinguishes '5' from 5, and a Date from its text, which leaves out the milliseconds. */
function keyPart(value: unknown): string {
  return `${typeof value} ${value instanceof Date ? value.getTime() : String(value)}`;
}
