import type { RunMark } from '../../api.views.js';

/** What an event said of a run. */
export interface RunChange {
  readonly mark: RunMark;
  /** When, on the server's clock. */
  readonly heardAt: number;
}

export type RunChanges = ReadonlyMap<string, RunChange>;

/** Events come this much later than what they tell of, at most. */
const DELAY_MS = 5_000;

/** By task, with what events said: an answer may be older than an event that came before it. */
export function byTask(
  items: readonly RunMark[],
  changes: RunChanges,
): ReadonlyMap<string, readonly RunMark[]> {
  const all = new Map(items.map(mark => [mark.id, mark]));
  for (const [id, { mark }] of changes) all.set(id, laterOf(all.get(id) ?? mark, mark));
  const runs = new Map<string, RunMark[]>();
  for (const mark of all.values()) {
    const own = runs.get(mark.task);
    if (own === undefined) runs.set(mark.task, [mark]);
    else own.push(mark);
  }
  return runs;
}

/** What has left the picture, or was known when the answer was worked out, is forgotten. */
export function stillNew(
  changes: RunChanges,
  { from, asOf }: { readonly from: number; readonly asOf: number },
): RunChanges {
  const isNew = ({ mark, heardAt }: RunChange) =>
    heardAt >= asOf - DELAY_MS && (mark.endedAt ?? Infinity) >= from;
  return new Map([...changes].filter(([, change]) => isNew(change)));
}

/** Of two states of a run the one that came later, whichever was heard first. */
function laterOf(a: RunMark, b: RunMark): RunMark {
  const [ofA, ofB] = [stepsOf(a), stepsOf(b)];
  const differs = ofA.findIndex((step, i) => step !== ofB[i]);
  return differs >= 0 && ofA[differs]! > ofB[differs]! ? a : b;
}

/** Each only grows while a run goes on. */
function stepsOf({ outcome, attempts, startedAt, count }: RunMark): readonly number[] {
  return [Number(outcome !== null), attempts, Number(startedAt !== null), count];
}
