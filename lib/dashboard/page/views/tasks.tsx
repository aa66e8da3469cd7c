import { useMemo } from 'preact/hooks';
import type { TaskView } from '../../api.views.js';
import { Answer } from '../parts/answer.js';
import { Empty } from '../parts/empty.js';
import { NO_FILTER, filterTasks } from '../task.filter.js';
import { useCell } from '../use.cell.js';
import { NoTasks } from './no.tasks.js';
import { PageHead } from './page.head.js';
import { TaskFilters } from './task.filters.js';
import { taskQuery } from './task.query.js';
import { TaskTable } from './task.table.js';
import { useTasks } from './use.tasks.js';

export function TasksPage() {
  const tasks = useTasks();
  return (
    <>
      <PageHead title="Tasks" />
      <Answer from={tasks} lines={10}>
        {({ items, now }) => (items.length === 0 ? <NoTasks /> : <List tasks={items} now={now} />)}
      </Answer>
    </>
  );
}

/** @param now when that was true: what has come since is not late. */
function List({ tasks, now }: { tasks: readonly TaskView[]; now: number }) {
  const filter = useCell(taskQuery);
  const shown = useMemo(() => filterTasks(tasks, filter, now), [tasks, filter, now]);
  return (
    <>
      <TaskFilters tasks={tasks} filter={filter} found={shown.length} />
      {shown.length === 0 ? (
        <Empty title="No task matches">
          <button type="button" class="button" onClick={() => taskQuery.set(NO_FILTER)}>
            Show all {tasks.length}
          </button>
        </Empty>
      ) : (
        <TaskTable tasks={shown} now={now} />
      )}
    </>
  );
}
