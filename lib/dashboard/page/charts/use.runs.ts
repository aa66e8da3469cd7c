import { useEffect, useState } from 'preact/hooks';
import type { RunMark, TimelineView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { useResource } from '../use.resource.js';

const FLUSH_MS = 500;
const RELOAD_MS = 10_000;

/** The runs of all tasks of the last so many ms, kept true by events. */
export function useRuns(rangeMs: number) {
  const { clock, listen } = useApp();
  const answer = useResource<TimelineView>({
    key: `timeline:${rangeMs}`,
    path: () => `runs?from=${Math.floor(clock.now() - rangeMs)}&to=${Math.ceil(clock.now())}`,
    // The server says only so much when more runs happen than it tells one by one.
    changes: ({ type }) => type === 'tasks',
    gapMs: RELOAD_MS,
  });
  const [changes, setChanges] = useState<ReadonlyMap<string, RunMark>>(new Map());

  useEffect(() => {
    setChanges(new Map());
    let waiting = new Map<string, RunMark>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const batch = waiting;
      waiting = new Map();
      setChanges(before => newest(new Map([...before, ...batch]), clock.now() - rangeMs));
    };
    const unlisten = listen(event => {
      if (event.type !== 'run') return;
      waiting.set(event.run.id, event.run);
      timer ??= setTimeout(flush, FLUSH_MS);
    });
    return () => {
      unlisten();
      clearTimeout(timer);
    };
  }, [rangeMs, answer.value, listen, clock]);

  return { answer, changes };
}

/** What has left the picture is forgotten. */
function newest(marks: Map<string, RunMark>, from: number): ReadonlyMap<string, RunMark> {
  for (const [id, mark] of marks) if ((mark.endedAt ?? Infinity) < from) marks.delete(id);
  return marks;
}

/** By task, with what events said since the answer came. */
export function byTask(
  items: readonly RunMark[],
  changes: ReadonlyMap<string, RunMark>,
): ReadonlyMap<string, readonly RunMark[]> {
  const all = new Map(items.map(mark => [mark.id, mark]));
  for (const [id, mark] of changes) all.set(id, mark);
  return Map.groupBy(all.values(), ({ task }) => task);
}
