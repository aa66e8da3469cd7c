import { useEffect, useState } from 'preact/hooks';
import type { ProgressView, RunView } from '../../api.views.js';
import { useApp } from '../app.context.js';
import { percent } from './percent.js';

/** How far the run has come, as its handler says it. */
export function Progress({ run }: { run: RunView }) {
  const { listen } = useApp();
  const [progress, setProgress] = useState<ProgressView | null>(run.progress);
  useEffect(() => setProgress(run.progress), [run.progress]);
  useEffect(
    () =>
      listen(event => {
        if (event.type === 'progress' && event.runId === run.id) setProgress(event.progress);
      }),
    [listen, run.id],
  );
  if (progress === null) return null;
  const { fraction, message } = progress;
  return (
    <div class="progress">
      <progress max={1} value={fraction} aria-label="Progress" />
      <span class="number">{percent(Math.round(fraction * 100) / 100)}</span>
      {message !== null && <span class="progress-message">{message}</span>}
    </div>
  );
}
