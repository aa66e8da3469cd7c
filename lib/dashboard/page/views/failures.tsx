import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunMark, RunView, TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { Outcome } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { When } from '../parts/when.js';
import { hrefOfRun } from '../router.js';
import { latestFailures } from './latest.failures.js';

const SHOWN = 5;

/** What went wrong last, a line a task; nothing when nothing did. */
export function Failures({ tasks, now }: { tasks: readonly TaskView[]; now: number }) {
  const all = useMemo(() => latestFailures(tasks, now), [tasks, now]);
  const shown = all.slice(0, SHOWN);
  const errors = useErrors(
    shown.map(({ run }) => run),
    tasks,
  );
  if (all.length === 0) return null;
  return (
    <Panel title="Latest failures">
      <ul class="failures">
        {shown.map(({ run, failed, runs }) => (
          <li key={run.task}>
            <a class="failure" href={hrefOfRun(run.id)}>
              <span class="failure-task">{run.task}</span>
              <Outcome run={run} />
              <span class="failure-error">{errors.get(run.id)}</span>
              <span class="failure-share hint">
                {failed} of {runs} {runs === 1 ? 'run' : 'runs'}
              </span>
              <When at={run.endedAt ?? run.dueAt} />
            </a>
          </li>
        ))}
      </ul>
      {all.length > SHOWN && <p class="hint">And {all.length - SHOWN} more tasks.</p>}
    </Panel>
  );
}

/** Marks tell no message: the few that are shown are asked for once, for what has ended does not change. */
function useErrors(marks: readonly RunMark[], tasks: readonly TaskView[]): ReadonlyMap<string, string> {
  const { api } = useApp();
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const missing = marks.map(({ id }) => id).filter(id => !known.has(id));
  useEffect(() => {
    if (missing.length === 0) return;
    const request = new AbortController();
    const lastRuns = new Map(
      tasks.flatMap(({ lastRun }) => (lastRun === null ? [] : [[lastRun.id, lastRun]])),
    );
    const ask = async (id: string): Promise<readonly [string, string]> => {
      const path = `runs/${encodeURIComponent(id)}`;
      const run = lastRuns.get(id) ?? (await api.get<RunView>(path, request.signal).catch(() => null));
      return [id, run === null ? '' : messageOf(run)];
    };
    void Promise.all(missing.map(ask)).then(found => {
      if (!request.signal.aborted) setKnown(before => new Map([...before, ...found]));
    });
    return () => request.abort();
  }, [missing.join()]);
  return known;
}

const messageOf = ({ error, reason }: RunView): string =>
  error === null ? (reason ?? '') : `${error.name}: ${error.message}`;
