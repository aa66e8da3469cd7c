import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LogLineView, LogsView, RunView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { absolute, clockMs } from '../time.js';
import { useResource } from '../use.resource.js';
import { logLines, newest } from './log.lines.js';

/** What the handler wrote; new lines appear as they are written. */
export function RunLog({ run }: { run: RunView }) {
  const logs = useResource<LogsView>({
    key: `runs/${encodeURIComponent(run.id)}/logs`,
    // The server says 'tasks' when there were more lines than it tells one by one.
    changes: event => event.type === 'tasks' || (event.type === 'run' && event.run.id === run.id),
  });
  const live = useLiveLines(run.id);
  const kept = logs.value?.items;
  const lines = useMemo(() => logLines(kept ?? [], live), [kept, live]);
  return (
    <Panel title="Log">
      <Answer from={logs}>
        {() =>
          lines.length === 0 ? (
            <Empty title="It wrote nothing">Lines of context.logger appear here.</Empty>
          ) : (
            <div class="log" role="log" aria-label="Log lines" tabIndex={0}>
              {lines.map((line, i) => (
                <Line key={i} line={line} hasAttempts={run.attempts > 1} />
              ))}
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function Line({ line, hasAttempts }: { line: LogLineView; hasAttempts: boolean }) {
  const { at, attempt, level, message } = line;
  return (
    <div class={`log-line is-${level}`}>
      <time dateTime={new Date(at).toISOString()} title={absolute(at)}>
        {clockMs(at)}
      </time>
      {hasAttempts && <span class="log-attempt">#{attempt}</span>}
      <span class="log-level">{level}</span>
      <span class="log-message">{message}</span>
    </div>
  );
}

/** The lines that came by events. */
function useLiveLines(runId: string): readonly LogLineView[] {
  const { listen } = useApp();
  const [lines, setLines] = useState<readonly LogLineView[]>([]);
  useEffect(
    () =>
      listen(event => {
        if (event.type === 'log' && event.runId === runId)
          setLines(before => newest([...before, event.line]));
      }),
    [listen, runId],
  );
  return lines;
}
