import { useState } from 'preact/hooks';
import type { Changed, RunView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { useAction } from '../use.action.js';
import { Dialog } from './dialog.js';

export function CancelDialog({ run, close }: { run: RunView; close: () => void }) {
  const { notices } = useApp();
  const { send, isBusy, problem } = useAction<Changed>();
  const [reason, setReason] = useState('');
  const submit = async () => {
    const body = reason.trim() === '' ? {} : { reason: reason.trim() };
    const answer = await send(`runs/${encodeURIComponent(run.id)}/cancel`, body);
    if (answer === null) return;
    const text = answer.changed ? 'The run is being cancelled.' : 'The run had ended already.';
    notices.say({ tone: 'good', text, href: null });
    close();
  };
  return (
    <Dialog
      title="Cancel this run"
      action="Cancel the run"
      tone="danger"
      {...{ close, isBusy, problem }}
      submit={() => void submit()}
    >
      <p>Its signal is aborted, and no further attempt follows.</p>
      <label class="field">
        <span>Reason</span>
        <input class="input" value={reason} onInput={event => setReason(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
