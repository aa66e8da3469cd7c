import { useEffect, useState } from 'preact/hooks';
import type { TimelineView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { useResource } from '../use.resource.js';
import { stillNew, type RunChange, type RunChanges } from './run.changes.js';

const FLUSH_MS = 500;
const RELOAD_MS = 10_000;
/** Pages that ask within this time ask the same, which the server works out once. */
const TOGETHER_MS = 5_000;

/** The runs of all tasks of the last so many ms, kept true by events. */
export function useRuns(rangeMs: number) {
  const { clock, listen } = useApp();
  const answer = useResource<TimelineView>({
    key: `timeline:${rangeMs}`,
    path: () => {
      const from = Math.floor((clock.now() - rangeMs) / TOGETHER_MS) * TOGETHER_MS;
      return `runs?from=${from}&to=${from + rangeMs + 2 * TOGETHER_MS}`;
    },
    // The server says only so much when more runs happen than it tells one by one.
    changes: ({ type }) => type === 'tasks',
    gapMs: RELOAD_MS,
  });
  const [changes, setChanges] = useState<RunChanges>(new Map());
  const asOf = answer.value?.asOf ?? 0;

  useEffect(() => {
    const waiting = new Map<string, RunChange>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const batch = [...waiting];
      waiting.clear();
      setChanges(before => new Map([...before, ...batch]));
    };
    const unlisten = listen(event => {
      if (event.type !== 'run') return;
      waiting.set(event.run.id, { mark: event.run, heardAt: clock.now() });
      timer ??= setTimeout(flush, FLUSH_MS);
    });
    return () => {
      unlisten();
      clearTimeout(timer);
    };
  }, [listen, clock]);

  useEffect(() => {
    setChanges(before => stillNew(before, { from: clock.now() - rangeMs, asOf }));
  }, [asOf, rangeMs, clock]);

  return { answer, changes };
}
