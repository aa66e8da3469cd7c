import { ConfigurationError, InvalidTriggerError } from '../errors.js';
import type { Duration } from '../time/duration.js';
import { boundedTrigger } from './bounded.trigger.js';
import { atTrigger } from './at.trigger.js';
import { checkedTrigger } from './checked.trigger.js';
import { cronTrigger } from './cron.trigger.js';
import { everyTrigger } from './every.trigger.js';
import { ruleOf, type Rule } from './rule.js';
import type { Trigger } from './trigger.js';

/** Makes triggers of rules that are not disabled; equal rules share one object, so that the timeline keeps one entry for all their tasks. */
export class TriggerPool {
  /** Held weakly: tasks come and go, and each may bring a rule of its own. */
  readonly #byRule = new Map<string, WeakRef<Trigger>>();
  readonly #collected = new FinalizationRegistry<string>(key => {
    if (this.#byRule.get(key)?.deref() === undefined) this.#byRule.delete(key);
  });
  readonly #bounded = new WeakMap<Trigger, Map<string, Trigger>>();
  readonly #byObject = new WeakMap<Trigger, Trigger>();

  /**
   * @param hashSeed what `H` in a cron expression is derived from: the task's name.
   * @throws {ConfigurationError} that begins with `where`.
   */
  of(rule: Rule, where: string, hashSeed: string): Trigger {
    try {
      return ruleOf(rule) === 'schedule' ? this.#users(rule.schedule as Trigger) : this.#own(rule, hashSeed);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // `everyTrigger: offset` becomes `ReportTasks.send: @Every: offset`.
      const field = error.where.indexOf(': ');
      throw error.at(field < 0 ? where : where + error.where.slice(field));
    }
  }

  /** The instants of a trigger from `from` on and before `until` (epoch ms); `null` = no bound. */
  bounded(trigger: Trigger, from: number | null, until: number | null): Trigger {
    if (from === null && until === null) return trigger;
    const bounded = this.#bounded.get(trigger) ?? new Map<string, Trigger>();
    this.#bounded.set(trigger, bounded);
    const key = `${from} ${until}`;
    const known = bounded.get(key) ?? boundedTrigger(trigger, from, until);
    bounded.set(key, known);
    return known;
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
  if (key === 'every') return everyTrigger(every as Duration, { offset });
  if (key === 'cron') return cronTrigger(cron!, { timeZone, hashSeed });
  return atTrigger(at!);
}

/** Distinguishes '5' from 5, and a Date from its text, which leaves out the milliseconds. */
function keyPart(value: unknown): string {
  return `${typeof value} ${value instanceof Date ? value.getTime() : String(value)}`;
}
