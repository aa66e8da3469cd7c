import type { LogLineView } from '../../api.views.js';

/** More of them nobody reads, and a page slows down. */
const MOST_LINES = 1_000;

/**
 * The lines that the server has kept and those that came by events, each once, the oldest first: it keeps the newest
 * of a run only, and of very many at a time it tells not all.
 */
export function logLines(kept: readonly LogLineView[], live: readonly LogLineView[]): readonly LogLineView[] {
  const told = new Map<string, number>();
  for (const line of live) told.set(keyOf(line), (told.get(keyOf(line)) ?? 0) + 1);
  const untold = kept.filter(line => {
    const times = told.get(keyOf(line)) ?? 0;
    told.set(keyOf(line), times - 1);
    return times <= 0;
  });
  return newest([...untold, ...live].toSorted((a, b) => a.at - b.at));
}

export function newest(lines: readonly LogLineView[]): readonly LogLineView[] {
  return lines.slice(-MOST_LINES);
}

const keyOf = ({ at, attempt, level, message }: LogLineView) => `${at} ${attempt} ${level} ${message}`;
