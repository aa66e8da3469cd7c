import { useState } from 'preact/hooks';
import type { RunAccepted, TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { hrefOfRun } from '../router.js';
import { acceptedNotice } from '../run.accepted.js';
import { useAction } from '../use.action.js';
import { Dialog } from './dialog.js';
import { readPayload } from './payload.js';
import { taskPath } from '../task.path.js';

export function RunDialog({ task, close }: { task: TaskView; close: () => void }) {
  const { notices } = useApp();
  const { send, isBusy, problem } = useAction<RunAccepted>();
  const [text, setText] = useState('');
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = async () => {
    const payload = readPayload(text);
    setMistake(payload.mistake);
    if (payload.mistake !== null) return;
    const accepted = await send(`${taskPath(task.name)}/run`, payload.body);
    if (accepted === null) return;
    notices.say({ ...acceptedNotice(task.name, accepted), href: hrefOfRun(accepted.runId) });
    close();
  };
  return (
    <Dialog
      title={`Run ${task.name} now`}
      action="Run now"
      {...{ close, isBusy, problem: mistake ?? problem }}
      submit={() => void submit()}
    >
      <label class="field">
        <span>Payload, as JSON</span>
        <textarea
          class="input is-code"
          rows={task.hasPayload ? 8 : 4}
          spellcheck={false}
          placeholder='{ "since": "2026-01-01" }'
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
        <span class="hint">
          {task.hasPayload ? "The task's schema checks it." : 'May stay empty.'} A run by hand obeys overlap,
          retries and timeout{task.paused === null ? '.' : ', and ignores the pause.'}
        </span>
      </label>
    </Dialog>
  );
}
