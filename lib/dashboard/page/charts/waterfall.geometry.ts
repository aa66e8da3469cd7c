import type { RunView } from '../../api.views.js';
import type { MarkKind } from '../outcome.words.js';

/** A stretch of a run's life. */
export interface Stretch {
  readonly kind: MarkKind | 'wait';
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly attempt: number | null;
}

/** From the due instant to the end: waits, attempts, and what goes on now. */
export function stretchesOf(run: RunView, now: number): readonly Stretch[] {
  if (run.startedAt === null) {
    return run.outcome === null ? [wait('Waits to start', run.dueAt, Math.max(now, run.dueAt))] : [];
  }
  const stretches: Stretch[] = [];
  let from = run.dueAt;
  for (const { number, startedAt, endedAt, outcome } of run.ended) {
    if (startedAt > from)
      stretches.push(wait(number === 1 ? 'Wait to start' : `Wait before attempt ${number}`, from, startedAt));
    stretches.push({
      kind: outcome,
      label: `Attempt ${number}`,
      from: startedAt,
      to: endedAt,
      attempt: number,
    });
    from = endedAt;
  }
  if (run.outcome === null) stretches.push(...current(run, from, now));
  else if (run.endedAt !== null && run.endedAt > from && run.ended.length > 0) {
    stretches.push(wait('Wait, then ended', from, run.endedAt));
  }
  return stretches;
}

/** Nobody tells when a later attempt began before it has ended. */
function current(run: RunView, from: number, now: number): readonly Stretch[] {
  const number = run.ended.length + 1;
  const to = Math.max(now, from);
  if (number > 1)
    return [{ kind: 'running', label: `Wait and attempt ${number}`, from, to, attempt: number }];
  const startedAt = run.startedAt!;
  const running: Stretch = {
    kind: 'running',
    label: 'Attempt 1',
    from: startedAt,
    to: Math.max(now, startedAt),
    attempt: 1,
  };
  return startedAt > from ? [wait('Wait to start', from, startedAt), running] : [running];
}

const wait = (label: string, from: number, to: number): Stretch => ({
  kind: 'wait',
  label,
  from,
  to,
  attempt: null,
});
