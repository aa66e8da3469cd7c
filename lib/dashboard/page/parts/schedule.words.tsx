import type { TaskView } from '../../api.views.js';
import { ruleInWords } from '../words.js';

/** When a task is due: in words, and below as it is written. */
export function ScheduleWords({ task }: { task: Pick<TaskView, 'triggers'> }) {
  const [first, ...others] = task.triggers;
  if (first === undefined) return <span class="hint">By hand only</span>;
  const { words, rule, zone } = ruleInWords(first);
  return (
    <span class="schedule">
      <span class="schedule-words" title={words}>
        {words}
        {others.length > 0 && <span class="hint"> and {others.length} more</span>}
      </span>
      <span class="schedule-rule" title={task.triggers.join('\n')}>
        <code>{rule}</code> {zone !== null && <span class="hint">{zone}</span>}
      </span>
    </span>
  );
}
