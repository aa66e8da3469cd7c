import type { TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { rowsInView } from './row.window.js';
import { TaskRow } from './task.row.js';
import { useRowWindow } from './use.row.window.js';

const COLUMNS = ['Task', 'Schedule', 'Next', 'Last run', 'Success', 'p50', 'p95', 'Recent'] as const;

/** All tasks that match; only those in view are in the page, so that 500 scroll as 10 do. */
export function TaskTable({ tasks, now }: { tasks: readonly TaskView[]; now: number }) {
  const { rights } = useApp().config;
  const { ref, view } = useRowWindow();
  const { first, last, above, below } = rowsInView(view, tasks.length);
  const hasActions = rights.run || rights.pause;
  return (
    <div
      class={`tasks ${hasActions ? 'has-actions' : ''}`}
      role="table"
      aria-label="Tasks"
      aria-rowcount={tasks.length + 1}
    >
      <div class="task-row is-head" role="row" aria-rowindex={1}>
        {COLUMNS.map(name => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
        {hasActions && (
          <span role="columnheader">
            <span class="visually-hidden">Actions</span>
          </span>
        )}
      </div>
      <div ref={ref} role="rowgroup" style={{ paddingTop: `${above}px`, paddingBottom: `${below}px` }}>
        {tasks.slice(first, last).map((task, i) => (
          <TaskRow key={task.name} task={task} now={now} index={first + i + 2} hasActions={hasActions} />
        ))}
      </div>
    </div>
  );
}
