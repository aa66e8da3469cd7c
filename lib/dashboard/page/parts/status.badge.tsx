import type { TaskView } from '../../api.views.js';
import { mainStatus, STATUS_WORDS, type TaskStatus } from '../task.status.js';

export function StatusBadge({ task, now }: { task: TaskView; now: number }) {
  const status = mainStatus(task, now);
  return (
    <span class={`badge is-${status}`} title={whyOf(task, status)}>
      <StatusDot status={status} />
      {STATUS_WORDS[status]}
      {status !== 'running' && task.running > 0 && <span class="badge-more">· {task.running} running</span>}
    </span>
  );
}

export const StatusDot = ({ status }: { status: TaskStatus }) => (
  <span class={`dot is-${status}`} aria-hidden="true" />
);

function whyOf({ paused, disabledBy }: TaskView, status: TaskStatus): string | undefined {
  if (status === 'disabled' && disabledBy !== null) return `Switched off by ${disabledBy}`;
  if (status === 'paused' && paused !== null) return paused.reason;
  return undefined;
}
