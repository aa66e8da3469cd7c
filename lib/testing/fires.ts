import type { ClockChange } from '../time/local.time.js';

/** One instant, or several in a row with the same time between each two; epoch ms. */
export interface Fires {
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly count: number;
  /** In ms; 0 when it is one instant. */
  readonly everyMs: number;
  /** On whose clocks they are named; `null` when that is UTC. */
  readonly zone: string | null;
  /** What changes of these clocks do to each of them. */
  readonly change: ClockChange | null;
}

/** An instant, epoch ms. */
export interface Fire extends Pick<Fires, 'zone' | 'change'> {
  readonly at: number;
}

/** Fewer are told one by one. */
const LEAST_TOGETHER = 4;

/** Puts instants that follow each other at equal distances together. */
export function together(fires: Iterable<Fire>): readonly Fires[] {
  const all: Fires[] = [];
  let open: Fires | undefined;
  for (const fire of fires) {
    const longer: Fires | undefined = open && extended(open, fire);
    if (open === undefined || longer !== undefined) {
      open = longer ?? one(fire);
      continue;
    }
    const isAlike = open.zone === fire.zone && open.change === fire.change;
    // Of a few, the last may begin a longer row with this one.
    if (isAlike && open.count < LEAST_TOGETHER) {
      const rest = instantsOf(open);
      const last = rest.pop()!;
      for (const at of rest) all.push(one({ ...fire, at }));
      open = extended(one({ ...fire, at: last }), fire)!;
    } else {
      all.push(...closed(open));
      open = one(fire);
    }
  }
  return open === undefined ? all : [...all, ...closed(open)];
}

function one({ at, zone, change }: Fire): Fires {
  return { from: at, to: at, count: 1, everyMs: 0, zone, change };
}

/** With one instant more; `undefined` when that one is unlike. */
function extended(fires: Fires, { at, zone, change }: Fire): Fires | undefined {
  if (fires.zone !== zone || fires.change !== change) return undefined;
  const everyMs = at - fires.to;
  if (fires.count > 1 && everyMs !== fires.everyMs) return undefined;
  return { ...fires, to: at, count: fires.count + 1, everyMs };
}

function closed(fires: Fires): readonly Fires[] {
  if (fires.count >= LEAST_TOGETHER) return [fires];
  return instantsOf(fires).map(at => one({ ...fires, at }));
}

/** Each of them, epoch ms. */
export function instantsOf({ from, count, everyMs }: Fires): number[] {
  return Array.from({ length: count }, (_, i) => from + i * everyMs);
}

/** Whether one of them at least is as asked; there may be too many for a list. */
export function hasAny({ from, count, everyMs }: Fires, isMeant: (at: number) => boolean): boolean {
  for (let i = 0; i < count; i++) if (isMeant(from + i * everyMs)) return true;
  return false;
}

/** Whether an instant is among some that stand in order. */
export function isAmong(fires: readonly Fires[], at: number): boolean {
  return rowWith(fires, at) !== undefined;
}

/** In which of some that stand in order an instant is. */
export function rowWith(fires: readonly Fires[], at: number): Fires | undefined {
  let [low, high] = [0, fires.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fires[middle]!.to < at) low = middle + 1;
    else high = middle;
  }
  const found = fires[low];
  if (found === undefined || found.from > at) return undefined;
  return found.count === 1 || (at - found.from) % found.everyMs === 0 ? found : undefined;
}
