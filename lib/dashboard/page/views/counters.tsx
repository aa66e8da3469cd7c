import type { TaskView } from '../../api.views.js';
import { countStatuses, type TaskStatus } from '../task.status.js';
import { showTasks } from './task.query.js';

const COUNTERS: readonly (readonly [status: TaskStatus, label: string, hint: string])[] = [
  ['running', 'Running', 'Tasks with a run that goes on'],
  ['failing', 'Failing', 'Tasks whose last run did not succeed'],
  ['late', 'Late', 'Tasks that began more than 5 s after they were due, or have not begun'],
  ['waiting', 'Waiting', 'Tasks with a run that waits for a slot'],
  ['paused', 'Paused', 'Tasks that somebody paused, or their group'],
];

/** How it stands with all tasks, in five numbers; each leads to the tasks it counts. */
export function Counters({ tasks, now }: { tasks: readonly TaskView[]; now: number }) {
  const counts = countStatuses(tasks, now);
  return (
    <ul class="counters" aria-label="Tasks by status">
      {COUNTERS.map(([status, label, hint]) => (
        <li key={status}>
          <a
            class={`counter is-${status} ${counts[status] === 0 ? 'is-zero' : ''}`}
            href="#/tasks"
            title={hint}
            onClick={() => showTasks({ status })}
          >
            <span class="counter-label">
              <span class={`dot is-${status}`} /> {label}
            </span>
            <span class="counter-value">{counts[status]}</span>
          </a>
        </li>
      ))}
      <li>
        <a class="counter is-all" href="#/tasks" onClick={() => showTasks({})}>
          <span class="counter-label">Tasks</span>
          <span class="counter-value">{tasks.length}</span>
        </a>
      </li>
    </ul>
  );
}
