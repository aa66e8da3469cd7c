import type { Trigger } from './trigger.js';

/** The next instants of several triggers together, each once; epoch ms, strictly after `after`. */
export function upcoming(triggers: readonly Trigger[], after: number, count: number): readonly number[] {
  const instants: number[] = [];
  for (let at: number | null = after; instants.length < count;) {
    at = nextOf(triggers, at);
    if (at === null) break;
    instants.push(at);
  }
  return instants;
}

/** The first instant of several triggers strictly after `after`, both in epoch ms; `null` when there is none. */
export function nextOf(triggers: readonly Trigger[], after: number): number | null {
  let earliest: number | null = null;
  for (const trigger of triggers) {
    const at = triedNext(trigger, after);
    if (at !== null && (earliest === null || at < earliest)) earliest = at;
  }
  return earliest;
}

/** A user's trigger that throws names nothing here; the timeline says so when it meets it. */
function triedNext(trigger: Trigger, after: number): number | null {
  try {
    return trigger.next(after);
  } catch {
    return null;
  }
}
