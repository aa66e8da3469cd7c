import { cell } from '../cell.js';
import { NO_FILTER, type TaskFilter } from '../task.filter.js';

/** What the list of tasks is filtered by; kept while somebody looks elsewhere. */
export const taskQuery = cell<TaskFilter>(NO_FILTER);

export const showTasks = (filter: Partial<TaskFilter>): void => taskQuery.set({ ...NO_FILTER, ...filter });
