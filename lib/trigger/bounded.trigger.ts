import type { Trigger } from './trigger.js';

/**
 * The instants of a trigger from `from` on and before `until`, epoch ms; `null` = no bound.
 */
export function boundedTrigger(trigger: Trigger, from: number | null, until: number | null): Trigger {
  const iso = (at: number) => new Date(at).toISOString();
  const text = `${String(trigger)}${from === null ? '' : ` from ${iso(from)}`}${until === null ? '' : ` until ${iso(until)}`}`;
  return {
    next(after) {
      const dueAt = trigger.next(from === null ? after : Math.max(after, from - 1));
      return dueAt !== null && (until === null || dueAt < until) ? dueAt : null;
    },
    toString: () => text,
  };
}
