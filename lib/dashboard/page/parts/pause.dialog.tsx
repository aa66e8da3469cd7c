import { useState } from 'preact/hooks';
import type { Changed, TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { useAction } from '../use.action.js';
import { Dialog } from './dialog.js';
import { taskPath } from '../task.path.js';

export function PauseDialog({ task, close }: { task: TaskView; close: () => void }) {
  const { notices } = useApp();
  const { send, isBusy, problem } = useAction<Changed>();
  const [reason, setReason] = useState('');
  const [scope, setScope] = useState<'task' | 'group'>('task');
  const submit = async () => {
    const body = { scope, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
    const answer = await send(`${taskPath(task.name)}/pause`, body);
    if (answer === null) return;
    const what = scope === 'group' ? `Group ${task.group}` : task.name;
    notices.say({
      tone: 'good',
      text: `${what} ${answer.changed ? 'is paused' : 'was paused already'}.`,
      href: null,
    });
    close();
  };
  return (
    <Dialog
      title={`Pause ${task.name}`}
      action="Pause"
      {...{ close, isBusy, problem }}
      submit={() => void submit()}
    >
      <label class="field">
        <span>Reason</span>
        <input
          class="input"
          placeholder="Such as: the mail server is being moved"
          value={reason}
          onInput={event => setReason(event.currentTarget.value)}
        />
        <span class="hint">Every instant that passes is recorded as skipped, with this reason.</span>
      </label>
      {task.group !== null && (
        <fieldset class="choices">
          <legend>What to pause</legend>
          {(['task', 'group'] as const).map(value => (
            <label key={value}>
              <input type="radio" name="scope" checked={scope === value} onChange={() => setScope(value)} />
              {value === 'task' ? 'This task' : `The whole group ${task.group}`}
            </label>
          ))}
        </fieldset>
      )}
    </Dialog>
  );
}
