import { useMemo } from 'preact/hooks';
import type { TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { RunBars } from '../charts/run.bars.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { Panel } from '../parts/panel.js';
import { LastRun } from '../parts/last.run.js';
import { StatusBadge } from '../parts/status.badge.js';
import { TaskActions } from '../parts/task.actions.js';
import { When } from '../parts/when.js';
import { useResource } from '../use.resource.js';
import { duration } from '../time.js';
import { PageHead } from './page.head.js';
import { percent } from './percent.js';
import { TaskHistory } from './task.history.js';
import { TaskNext } from './task.next.js';
import { TaskPolicy } from './task.policy.js';
import { taskPath } from '../task.path.js';

export function TaskPage({ name }: { name: string }) {
  const task = useResource<TaskView>({
    key: taskPath(name),
    changes: event => event.type === 'tasks' || (event.type === 'run' && event.run.task === name),
  });
  return (
    <>
      <Head name={name} task={task.value} />
      <Answer from={task} lines={8}>
        {task => (
          <>
            <PausedNote task={task} />
            <Figures task={task} />
            <div class="two-columns is-even">
              <TaskPolicy task={task} />
              <TaskNext task={task} />
            </div>
            <Charts task={task} />
            <TaskHistory name={name} />
          </>
        )}
      </Answer>
    </>
  );
}

function Head({ name, task }: { name: string; task: TaskView | null }) {
  const { clock } = useApp();
  const now = useMemo(() => clock.now(), [task, clock]);
  return (
    <PageHead
      title={name}
      above={<a href="#/tasks">Tasks</a>}
      below={
        task !== null && (
          <>
            <StatusBadge task={task} now={now} />
            {task.group !== null && <span class="group">{task.group}</span>}
          </>
        )
      }
      tools={task !== null && <TaskActions task={task} />}
    />
  );
}

function PausedNote({ task: { paused, disabledBy, group } }: { task: TaskView }) {
  if (disabledBy !== null) {
    return <p class="note">Switched off by {disabledBy}. It runs only by hand.</p>;
  }
  if (paused === null) return null;
  return (
    <p class="note">
      {paused.scope === 'group' ? `Its group ${group} is paused` : 'Paused'} <When at={paused.since} />:{' '}
      {paused.reason}
      {paused.until !== null && (
        <>
          . One run may try <When at={paused.until} />
        </>
      )}
    </p>
  );
}

function Figures({ task: { stats, nextAt, lastRun } }: { task: TaskView }) {
  return (
    <dl class="figures">
      <div>
        <dt>Next</dt>
        <dd>{nextAt === null ? '–' : <When at={nextAt} isNext />}</dd>
      </div>
      <div>
        <dt>Last</dt>
        <dd>{lastRun === null ? 'Never' : <LastRun run={lastRun} />}</dd>
      </div>
      <div>
        <dt>Success</dt>
        <dd>{stats.successRate === null ? '–' : percent(stats.successRate)}</dd>
      </div>
      <div>
        <dt>p50</dt>
        <dd>{stats.p50Ms === null ? '–' : duration(stats.p50Ms)}</dd>
      </div>
      <div>
        <dt>p95</dt>
        <dd>{stats.p95Ms === null ? '–' : duration(stats.p95Ms)}</dd>
      </div>
      <div>
        <dt>Runs kept</dt>
        <dd>
          {stats.runs} <span class="hint">and {stats.skips} skipped</span>
        </dd>
      </div>
    </dl>
  );
}

function Charts({ task: { stats } }: { task: TaskView }) {
  const runs = stats.recent.filter(({ outcome, startedAt }) => outcome !== null && startedAt !== null);
  const lines = [
    { name: 'p50', value: stats.p50Ms },
    { name: 'p95', value: stats.p95Ms },
  ].flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
  return (
    <div class="two-columns is-even">
      <Panel title="Duration" hint="From the start of the first attempt to the end of the last.">
        {runs.length === 0 ? (
          <Empty title="No run has ended yet" />
        ) : (
          <RunBars
            caption="Duration"
            runs={runs}
            lines={lines}
            valueOf={run => run.endedAt! - run.startedAt!}
          />
        )}
      </Panel>
      <Panel title="Lateness" hint="From the due instant to the start.">
        {runs.length === 0 ? (
          <Empty title="No run has ended yet" />
        ) : (
          <RunBars caption="Lateness" runs={runs} valueOf={run => Math.max(0, run.startedAt! - run.dueAt)} />
        )}
      </Panel>
    </div>
  );
}
