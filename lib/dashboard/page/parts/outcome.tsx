import type { RunMark } from '../../api.views.js';
import { kindOf, MARK_WORDS, type MarkKind } from '../outcome.words.js';
import { ShapeIcon } from './shape.js';

/** How a run ended, by shape, colour and word. */
export function Outcome({ run }: { run: Pick<RunMark, 'outcome' | 'startedAt'> }) {
  return <OutcomeKind kind={kindOf(run)} />;
}

export function OutcomeKind({ kind }: { kind: MarkKind }) {
  return (
    <span class={`outcome is-${kind}`}>
      <ShapeIcon kind={kind} />
      {MARK_WORDS[kind]}
    </span>
  );
}
