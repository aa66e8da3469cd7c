import { MARK_WORDS, type MarkKind } from '../outcome.words.js';
import { ShapeIcon } from '../parts/shape.js';

const SHOWN: readonly MarkKind[] = [
  'success',
  'failure',
  'timeout',
  'cancelled',
  'abandoned',
  'skipped',
  'running',
];

/** What the shapes mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      {SHOWN.map(kind => (
        <li key={kind}>
          <ShapeIcon kind={kind} /> {MARK_WORDS[kind]}
        </li>
      ))}
      <li>
        <svg class="shape-icon" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
          <circle class="retry-dot" r="2.2" />
        </svg>
        Retried
      </li>
      <li>
        <svg class="shape-icon" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
          <circle class="lane-next" r="3.5" />
        </svg>
        Next
      </li>
    </ul>
  );
}
