import { useEffect, useRef } from 'preact/hooks';
import type { TaskView } from '../../api.views.js';
import { IconSearch } from '../parts/icons.js';
import { groupsOf, type TaskFilter } from '../task.filter.js';
import { STATUSES, STATUS_WORDS, type TaskStatus } from '../task.status.js';
import { taskQuery } from './task.query.js';

interface TaskFiltersProps {
  readonly tasks: readonly TaskView[];
  readonly filter: TaskFilter;
  readonly found: number;
}

/** By text, group and status; `/` leads to the text. */
export function TaskFilters({ tasks, filter, found }: TaskFiltersProps) {
  const text = useSlashKey();
  const set = (change: Partial<TaskFilter>) => taskQuery.set({ ...filter, ...change });
  const groups = groupsOf(tasks);
  return (
    <form class="filters" role="search" aria-label="Tasks" onSubmit={event => event.preventDefault()}>
      <label class="search">
        <span class="visually-hidden">Filter by name, group or rule</span>
        <IconSearch />
        <input
          ref={text}
          type="search"
          class="input"
          placeholder="Filter by name, group or rule"
          value={filter.text}
          onInput={event => set({ text: event.currentTarget.value })}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      {groups.length > 0 && (
        <label>
          <span class="visually-hidden">Group</span>
          <select
            class="input"
            value={filter.group ?? '*'}
            onChange={event =>
              set({ group: event.currentTarget.value === '*' ? null : event.currentTarget.value })
            }
          >
            <option value="*">All groups</option>
            {groups.map(group => (
              <option key={group} value={group}>
                {group}
              </option>
            ))}
            <option value="">Without a group</option>
          </select>
        </label>
      )}
      <label>
        <span class="visually-hidden">Status</span>
        <select
          class="input"
          value={filter.status ?? '*'}
          onChange={event => set({ status: statusOf(event.currentTarget.value) })}
        >
          <option value="*">Any status</option>
          {STATUSES.map(status => (
            <option key={status} value={status}>
              {STATUS_WORDS[status]}
            </option>
          ))}
        </select>
      </label>
      <output class="hint number">
        {found === tasks.length ? `${found} tasks` : `${found} of ${tasks.length}`}
      </output>
    </form>
  );
}

const statusOf = (value: string): TaskStatus | null => STATUSES.find(status => status === value) ?? null;

function useSlashKey() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select, dialog');
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return input;
}
