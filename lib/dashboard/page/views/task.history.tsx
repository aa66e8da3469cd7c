import { useState } from 'preact/hooks';
import type { RunsView, RunView } from '../../api.views.js';
import { attemptsBegun, CAUSE_WORDS, skipInWords } from '../outcome.words.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Outcome } from '../parts/outcome.js';
import { Panel } from '../parts/panel.js';
import { Exactly } from '../parts/when.js';
import { hrefOfRun } from '../router.js';
import { absolute, duration } from '../time.js';
import { useResource } from '../use.resource.js';
import { taskPath } from '../task.path.js';

const LIMIT = 25;

/** All runs that are kept, the newest first, a page at a time. */
export function TaskHistory({ name }: { name: string }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const query = `limit=${LIMIT}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
  const runs = useResource<RunsView>({
    key: `${taskPath(name)}/runs?${query}`,
    changes: event => cursor === undefined && event.type === 'run' && event.run.task === name,
  });
  const next = runs.value?.nextCursor ?? null;
  return (
    <Panel title="History">
      <Answer from={runs} lines={8}>
        {({ items }) =>
          items.length === 0 ? <Empty title="It has not run yet" /> : <RunTable runs={items} />
        }
      </Answer>
      {(cursors.length > 0 || next !== null) && (
        <nav class="pager" aria-label="Pages of the history">
          <button
            type="button"
            class="button"
            disabled={cursors.length === 0}
            onClick={() => setCursors(cursors.slice(0, -1))}
          >
            Newer
          </button>
          <span class="hint number">Page {cursors.length + 1}</span>
          <button
            type="button"
            class="button"
            disabled={next === null}
            onClick={() => next !== null && setCursors([...cursors, next])}
          >
            Older
          </button>
        </nav>
      )}
    </Panel>
  );
}

function RunTable({ runs }: { runs: readonly RunView[] }) {
  return (
    <table class="table is-history">
      <caption class="visually-hidden">Runs, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Due</th>
          <th scope="col">Outcome</th>
          <th scope="col">Took</th>
          <th scope="col">Late by</th>
          <th scope="col">Attempts</th>
          <th scope="col">Cause</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(run => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run }: { run: RunView }) {
  const { id, dueAt, lastDueAt, startedAt, endedAt, count, cause } = run;
  return (
    <tr>
      <td>
        <a href={hrefOfRun(id)}>
          <Exactly at={dueAt} />
        </a>
        {count > 1 && <span class="hint"> until {absolute(lastDueAt)}</span>}
      </td>
      <td class="cell-outcome">
        <Outcome run={run} />
        {count > 1 && <span class="number"> × {count}</span>}
        <span class="cell-why">{whyOf(run)}</span>
      </td>
      <td class="number" data-label="Took">
        {startedAt !== null && endedAt !== null ? duration(endedAt - startedAt) : '–'}
      </td>
      <td class="number" data-label="Late by">
        {startedAt === null ? '–' : duration(Math.max(0, startedAt - dueAt))}
      </td>
      <td class="number" data-label="Attempts">
        {attemptsBegun(run)}
      </td>
      <td data-label="Cause">{CAUSE_WORDS[cause]}</td>
    </tr>
  );
}

function whyOf({ error, reason, detail }: RunView): string {
  if (error !== null) return error.message;
  return reason === null ? '' : skipInWords(reason, detail);
}
