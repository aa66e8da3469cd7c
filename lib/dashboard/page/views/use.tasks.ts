import type { TasksView } from '../../api.views.js';
import { useResource, type Resource } from '../use.resource.js';

/** All tasks, asked again when any of them changes. */
export function useTasks(): Resource<TasksView> {
  return useResource<TasksView>({
    key: 'tasks',
    changes: ({ type }) => type === 'run' || type === 'tasks' || type === 'scheduler',
  });
}
