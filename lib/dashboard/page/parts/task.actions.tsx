import { useState } from 'preact/hooks';
import type { Changed, TaskView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { useAction } from '../use.action.js';
import { IconPause, IconPlay, IconResume } from './icons.js';
import { PauseDialog } from './pause.dialog.js';
import { RunDialog } from './run.dialog.js';
import { taskPath } from '../task.path.js';

/** What may be done with a task; only what somebody has the right to. */
export function TaskActions({ task, isCompact = false }: { task: TaskView; isCompact?: boolean }) {
  const { rights } = useApp().config;
  const [open, setOpen] = useState<'run' | 'pause' | null>(null);
  const close = () => setOpen(null);
  const look = isCompact ? 'button is-icon is-quiet' : 'button';
  return (
    <div class="actions">
      {rights.run && (
        <button
          type="button"
          class={look}
          onClick={() => setOpen('run')}
          {...label(isCompact, `Run ${task.name} now`)}
        >
          <IconPlay /> {!isCompact && 'Run now'}
        </button>
      )}
      {rights.pause && task.paused === null && (
        <button
          type="button"
          class={look}
          onClick={() => setOpen('pause')}
          {...label(isCompact, `Pause ${task.name}`)}
        >
          <IconPause /> {!isCompact && 'Pause'}
        </button>
      )}
      {rights.pause && task.paused !== null && <Resume task={task} isCompact={isCompact} />}
      {open === 'run' && <RunDialog task={task} close={close} />}
      {open === 'pause' && <PauseDialog task={task} close={close} />}
    </div>
  );
}

function Resume({ task, isCompact }: { task: TaskView; isCompact: boolean }) {
  const { notices } = useApp();
  const { send, isBusy } = useAction<Changed>();
  const scope = task.paused?.scope ?? 'task';
  const what = scope === 'group' ? `the group ${task.group}` : task.name;
  const resume = async () => {
    const answer = await send(`${taskPath(task.name)}/resume`, { scope });
    if (answer === null) notices.say({ tone: 'bad', text: `${what} could not be resumed.`, href: null });
    else notices.say({ tone: 'good', text: `Resumed ${what}.`, href: null });
  };
  return (
    <button
      type="button"
      class={isCompact ? 'button is-icon is-quiet' : 'button is-primary'}
      disabled={isBusy}
      onClick={() => void resume()}
      {...label(isCompact, `Resume ${what}`)}
    >
      <IconResume /> {!isCompact && (scope === 'group' ? 'Resume group' : 'Resume')}
    </button>
  );
}

const label = (isCompact: boolean, text: string) => (isCompact ? { 'aria-label': text, title: text } : {});
