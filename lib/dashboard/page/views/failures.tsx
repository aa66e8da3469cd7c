import { useEffect, useMemo, useState } from 'preact/hooks';
import type { RunMark, RunView, TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { Empty } from '../parts/empty.js';
import { Outcome } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { When } from '../parts/when.js';
import { hrefOfRun } from '../router.js';
import { isFailure } from '../task.status.js';

const SHOWN = 8;

/** What went wrong last, of all tasks. */
export function Failures({ tasks }: { tasks: readonly TaskView[] }) {
  const marks = useMemo(() => latest(tasks), [tasks]);
  const errors = useErrors(marks, tasks);
  return (
    <Panel title="Latest failures">
      {marks.length === 0 ? (
        <Empty title="Nothing has failed">Of the runs that are kept.</Empty>
      ) : (
        <ul class="failures">
          {marks.map(mark => (
            <li key={mark.id}>
              <a class="failure" href={hrefOfRun(mark.id)}>
                <span class="failure-task">{mark.task}</span>
                <When at={mark.endedAt ?? mark.dueAt} />
                <span class="failure-error">
                  <Outcome run={mark} /> {errors.get(mark.id)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function latest(tasks: readonly TaskView[]): readonly RunMark[] {
  return tasks
    .flatMap(({ stats }) => stats.recent.filter(({ outcome }) => isFailure(outcome)))
    .sort((a, b) => (b.endedAt ?? b.dueAt) - (a.endedAt ?? a.dueAt))
    .slice(0, SHOWN);
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
