import { setImmediate } from 'node:timers/promises';
import type { SubmittedRun } from '../engine/engine.js';
import type { RunAccepted } from './api.views.js';
import type { Dashboard } from './dashboard.js';

/** What has become of a run within this turn of the event loop: an engine that skips it in this process has done so by then. */
export async function acceptedOf(
  { registry, settings }: Pick<Dashboard, 'registry' | 'settings'>,
  task: string,
  run: SubmittedRun,
): Promise<RunAccepted> {
  const runId = run.id;
  const finished = await Promise.race([run.finished(), setImmediate(null)]);
  const { startedAt = null, outcome = null } = finished ?? (await registry.run(runId)) ?? {};
  if (outcome?.kind === 'skipped') {
    const { reason, detail } = outcome;
    const shown = detail === null ? null : settings.redact(detail, { kind: 'reason', task });
    return { runId, state: 'skipped', reason, detail: shown };
  }
  return { runId, state: startedAt === null ? 'waiting' : 'started', reason: null, detail: null };
}

/** In a log line, after who asked for it. */
export function acceptedInLog(task: string, { runId, state, reason }: RunAccepted): string {
  if (state === 'started') return `started ${task} as run ${runId}`;
  const became = state === 'skipped' ? `was skipped: ${reason}` : 'waits to start';
  return `asked for ${task} as run ${runId}, which ${became}`;
}
