import type { RunView } from '../../api.views.js';
import { hrefOfRun } from '../router.js';
import { Outcome } from './outcome.js';
import { When } from './when.js';

/** How the last run ended and when it began; it leads there. */
export function LastRun({ run }: { run: RunView }) {
  return (
    <a class="last-run" href={hrefOfRun(run.id)}>
      <Outcome run={run} />
      <When at={run.startedAt ?? run.lastDueAt} />
    </a>
  );
}
