/** All pages but the first: they are loaded when the first is there. */
export { RunPage } from './run.js';
export { SchedulerPage } from './scheduler.js';
export { TaskPage } from './task.js';
export { TasksPage } from './tasks.js';
