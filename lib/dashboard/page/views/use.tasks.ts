import type { TasksView } from '../../api.views.js';
import { useResource, type Resource } from '../use.resource.js';

const CHANGES = ['run', 'tasks', 'scheduler', 'heartbeat'];

/** All tasks, asked again when any of them changes, and now and then: a scheduler that stands still says nothing. */
export function useTasks(): Resource<TasksView> {
  return useResource<TasksView>({
    key: 'tasks',
    changes: ({ type }) => CHANGES.includes(type),
  });
}
