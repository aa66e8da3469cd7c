import type { TaskView } from '../../api.views.js';
import { Sparkline } from '../charts/sparkline.js';
import { LastRun } from '../parts/last.run.js';
import { memo } from '../parts/memo.js';
import { ScheduleWords } from '../parts/schedule.words.js';
import { StatusBadge } from '../parts/status.badge.js';
import { TaskActions } from '../parts/task.actions.js';
import { When } from '../parts/when.js';
import { hrefOfTask } from '../router.js';
import { duration } from '../time.js';
import { percent } from './percent.js';

interface TaskRowProps {
  readonly task: TaskView;
  readonly now: number;
  readonly index: number;
  readonly hasActions: boolean;
}

export const TaskRow = memo(function TaskRow({ task, now, index, hasActions }: TaskRowProps) {
  const { name, group, nextAt, paused, lastRun, stats } = task;
  return (
    <div class="task-row" role="row" aria-rowindex={index}>
      <span role="cell" class="cell-task">
        <a class="task-name" href={hrefOfTask(name)} title={name}>
          {name}
        </a>
        <span class="task-under">
          <StatusBadge task={task} now={now} />
          {group !== null && <span class="group">{group}</span>}
        </span>
      </span>
      <span role="cell" class="cell-schedule">
        <ScheduleWords task={task} />
      </span>
      <span
        role="cell"
        class={`cell-next ${paused === null ? '' : 'is-held'}`}
        title={paused === null ? undefined : 'Skipped while it is paused'}
        data-label="Next"
      >
        {nextAt === null ? <span class="hint">–</span> : <When at={nextAt} isNext />}
      </span>
      <span role="cell" class="cell-last" data-label="Last">
        {lastRun === null ? <span class="hint">Never</span> : <LastRun run={lastRun} />}
      </span>
      <span
        role="cell"
        class={`cell-number ${isPoor(stats.successRate) ? 'is-poor' : ''}`}
        data-label="Success"
      >
        {stats.successRate === null ? '–' : percent(stats.successRate)}
      </span>
      <span role="cell" class="cell-number" data-label="p50">
        {stats.p50Ms === null ? '–' : duration(stats.p50Ms)}
      </span>
      <span role="cell" class="cell-number" data-label="p95">
        {stats.p95Ms === null ? '–' : duration(stats.p95Ms)}
      </span>
      <span role="cell" class="cell-spark">
        <Sparkline recent={stats.recent} />
      </span>
      {hasActions && (
        <span role="cell" class="cell-actions">
          <TaskActions task={task} isCompact />
        </span>
      )}
    </div>
  );
});

const isPoor = (rate: number | null) => rate !== null && rate < 0.9;
