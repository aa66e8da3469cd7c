import { show } from '../error.text.js';
import { InvalidTriggerError } from '../errors.js';
import { LAST_INSTANT, type Trigger } from './trigger.js';

/** A user's trigger that cannot stop the timeline: an answer that is no later instant is an error. */
export function checkedTrigger(trigger: Trigger): Trigger {
  const hasText = typeof trigger.toString === 'function' && trigger.toString !== Object.prototype.toString;
  const text = hasText ? String(trigger) : 'a trigger of its own';
  return {
    next(after) {
      const due: unknown = trigger.next(Math.max(after, -LAST_INSTANT - 1));
      if (due === null || (typeof due === 'number' && due > after && due <= LAST_INSTANT)) return due;
      const expected = `next(${show(after)}) to answer a later instant in epoch ms, or null`;
      throw new InvalidTriggerError({ where: text, expected, got: due });
    },
    toString: () => text,
  };
}
